//! What of another program's study comes into a project: what is known here, what is new, what conflicts, and what can't be.

pub mod codes;
pub mod desk;
pub mod here;
pub mod papers;
pub mod passages;
pub mod plan;
pub mod revision;

use crate::model::study::Study;
use here::Here;
use plan::Plan;

/// Plans what of a study comes in; nothing is changed by it. Fails, with what to tell, where the project can't be read.
pub fn plan(study: &Study, here: &Here<'_>) -> Result<Plan, String> {
    let mut plan = Plan::default();
    let papers = papers::matched(study, here, &mut plan)?;
    let codes = codes::matched(study, here, &mut plan);
    passages::take(study, &passages::Names { papers: &papers, codes: &codes }, here, &mut plan)?;
    papers::sides(study, &papers, here, &mut plan);
    plan.memos(study, &papers, &codes, here);
    Ok(plan)
}
