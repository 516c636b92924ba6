//! All codes of a project, found by id, name or key.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use crate::model::code::{Code, CodeId, Standing};
use crate::model::colour::{self, Rgb};
use crate::say;
use crate::text::fold::folded;
use crate::text::skeleton;

/// All codes of a project.
#[derive(Debug, Clone, Default)]
pub struct Codebook {
    codes: BTreeMap<CodeId, Code>,
    /// Where each stands among them; counted when it is first asked, for every annotation on the screen asks.
    places: OnceLock<HashMap<CodeId, usize>>,
}

impl PartialEq for Codebook {
    fn eq(&self, other: &Self) -> bool {
        self.codes == other.codes
    }
}

impl Eq for Codebook {}

/// Colours for codes that were given none: told apart by hue and by lightness, safe for the colour-blind
/// (after Okabe and Ito, "Color Universal Design", 2008).
const COLOURS: [&str; 8] = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#4c7fd6", "#d55e00", "#cc79a7", "#c0c0c0"];

/// Names this alike, from 0 to 1, are likely one that was typed twice.
const NEAR: f64 = 0.8;

impl Codebook {
    /// Puts a code in, or a new version in the place of the old.
    pub fn insert(&mut self, code: Code) {
        if self.codes.insert(code.id.clone(), code).is_none() {
            self.places.take();
        }
    }

    /// Takes a code out.
    pub fn remove(&mut self, id: &CodeId) {
        self.codes.remove(id);
        self.places.take();
    }

    /// The code of that id.
    pub fn get(&self, id: &CodeId) -> Option<&Code> {
        self.codes.get(id)
    }

    /// The code that an annotation's code counts as: itself, or what it was merged into.
    pub fn standing<'a>(&'a self, id: &'a CodeId) -> &'a CodeId {
        let mut at = id;
        // A loop can come from two coders' merged changes: then the first in the order of ids stands for all.
        let mut seen = vec![id];
        while let Some(Standing::MergedInto(next)) = self.get(at).map(|code| &code.standing) {
            if seen.contains(&next) {
                return seen.into_iter().min().unwrap_or(id);
            }
            seen.push(next);
            at = next;
        }
        at
    }

    /// The code of that name as it is given to passages: what it was merged into, if it was. Fails, with what to tell,
    /// where it is not given any more, or never was; `None` where there is none.
    pub fn given(&self, name: &str) -> Option<Result<&Code, String>> {
        let found = self.find(name)?;
        let code = self.get(self.standing(&found.id)).unwrap_or(found);
        Some(match code.standing {
            Standing::InUse | Standing::MergedInto(_) => Ok(code),
            Standing::Folder => Err(say!("{code} only holds other codes; choose one of them", code = code.called())),
            Standing::Retired => {
                let (code, id) = (code.called(), &code.id);
                Err(say!("{code} is retired; `tanba codes restore {id}` brings it back", code, id))
            }
        })
    }

    /// All codes that passages are given, in the order of their ids.
    pub fn in_use(&self) -> impl Iterator<Item = &Code> {
        self.iter().filter(|code| code.standing == Standing::InUse)
    }

    /// The code whose name, in any language, is nearly this one, if there is one: typed twice, it would be two.
    pub fn nearest(&self, name: &str) -> Option<&Code> {
        let wanted = skeleton::folded(name);
        let likeness = |code: &Code| {
            let names =
                code.names.all().map(|own| strsim::normalized_damerau_levenshtein(&skeleton::folded(own), &wanted));
            names.fold(0.0, f64::max)
        };
        let near = self.iter().map(|code| (likeness(code), code)).filter(|(likeness, _)| *likeness >= NEAR);
        near.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, code)| code)
    }

    /// Another code whose name is nearly this one's, if there is one.
    pub fn near(&self, code: &Code) -> Option<&Code> {
        let mut others = self.clone();
        others.remove(&code.id);
        let near = code.names.all().find_map(|name| others.nearest(name).map(|near| near.id.clone()))?;
        self.get(&near)
    }

    /// Whether two codes count as one.
    pub fn is_one(&self, one: &CodeId, other: &CodeId) -> bool {
        self.standing(one) == self.standing(other)
    }

    /// The code that an annotation's code counts as, if it is known.
    pub fn of(&self, id: &CodeId) -> Option<&Code> {
        self.get(self.standing(id))
    }

    /// All codes, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Code> {
        self.codes.values()
    }

    /// How many codes there are.
    pub fn n_codes(&self) -> usize {
        self.codes.len()
    }

    /// The code that a coder means by `name`: as [`Codebook::named`], or by its key.
    pub fn find(&self, name: &str) -> Option<&Code> {
        self.named(name).or_else(|| self.of_key(name.trim()))
    }

    /// The code of that id, path, or name in any language, capitals aside.
    pub fn named(&self, name: &str) -> Option<&Code> {
        let wanted = folded(name.trim());
        let leaf = wanted.rsplit('/').next().unwrap_or("");
        let is_path = wanted.contains('/');
        let is_meant = |code: &&Code| {
            folded(&code.id.0) == wanted
                || code.names.all().any(|n| folded(n) == wanted)
                || (is_path && code.names.all().any(|n| folded(n) == leaf) && folded(&self.path(&code.id)) == wanted)
        };
        self.codes.get(&CodeId(name.trim().to_owned())).or_else(|| self.iter().find(is_meant))
    }

    /// The code that a letter applies.
    pub fn of_key(&self, key: &str) -> Option<&Code> {
        self.in_use().find(|code| !key.is_empty() && code.key == key)
    }

    /// What to call a code to a person: its name in the language that the program speaks, or the id where the code is
    /// not (or not yet) known.
    pub fn called<'a>(&'a self, id: &'a CodeId) -> &'a str {
        let id = self.standing(id);
        self.get(id).map_or(&id.0, Code::called)
    }

    /// What to call a code whatever the language: its name, or the id where the code is not (or not yet) known.
    pub fn name<'a>(&'a self, id: &'a CodeId) -> &'a str {
        let id = self.standing(id);
        self.get(id).map_or(&id.0, Code::name)
    }

    /// The names from the top down: `control/censorship`.
    pub fn path(&self, id: &CodeId) -> String {
        let id = self.standing(id);
        let mut names = vec![self.name(id)];
        let mut seen = vec![id];
        let mut at = self.get(id);
        while let Some(parent) = at.and_then(|code| self.get(&code.parent)) {
            // A loop of parents can come from two coders' merged changes.
            if seen.contains(&&parent.id) {
                break;
            }
            seen.push(&parent.id);
            names.push(parent.name());
            at = Some(parent);
        }
        names.reverse();
        names.join("/")
    }

    /// Whether a code is one, or stands below it, at any depth.
    pub fn is_below(&self, id: &CodeId, above: &CodeId) -> bool {
        let above = self.standing(above);
        let mut at = self.standing(id);
        // A loop of parents can come from two coders' merged changes: each is looked at once.
        for _ in 0..=self.codes.len() {
            if at == above {
                return true;
            }
            match self.get(at) {
                Some(code) if !code.parent.0.is_empty() => at = self.standing(&code.parent),
                _ => return false,
            }
        }
        false
    }

    /// All codes that are not parts of others, each below the one that it belongs to, and how deep it stands there.
    pub fn tree(&self) -> Vec<(CodeId, usize)> {
        let mut below: BTreeMap<&CodeId, Vec<&Code>> = BTreeMap::new();
        let top = CodeId::default();
        let own = self.iter().filter(|code| !matches!(code.standing, Standing::MergedInto(_)));
        for code in own {
            let parent = Some(self.standing(&code.parent)).filter(|id| self.get(id).is_some());
            // One of a loop of parents stands at the top.
            let is_top = parent.is_none_or(|parent| self.is_below(parent, &code.id));
            below.entry(if is_top { &top } else { parent.unwrap_or(&top) }).or_default().push(code);
        }
        let mut tree = Vec::new();
        let mut waiting: Vec<(&Code, usize)> =
            below.get(&top).into_iter().flatten().rev().map(|code| (*code, 0)).collect();
        while let Some((code, depth)) = waiting.pop() {
            tree.push((code.id.clone(), depth));
            waiting.extend(below.get(&code.id).into_iter().flatten().rev().map(|code| (*code, depth + 1)));
        }
        tree
    }

    /// A code's colour as `#rrggbb`: its own, or one by its place in the codebook.
    pub fn colour<'a>(&'a self, id: &CodeId) -> &'a str {
        let id = self.standing(id);
        if let Some(code) = self.get(id).filter(|code| !code.colour.is_empty()) {
            return &code.colour;
        }
        let counted = || self.codes.keys().cloned().enumerate().map(|(at, id)| (id, at)).collect();
        let place = self.places.get_or_init(counted).get(id).copied().unwrap_or(0);
        COLOURS.get(place % COLOURS.len()).copied().unwrap_or("#9a9a9a")
    }

    /// A colour for a new code: one of the chosen eight, or the one that is farthest from all that are used.
    pub fn free_colour(&self) -> String {
        let is_free = |colour: &&&str| self.iter().all(|code| code.colour != ***colour);
        if let Some(chosen) = COLOURS.iter().find(is_free) {
            return (*chosen).to_owned();
        }
        let used: Vec<Rgb> = self.iter().filter_map(|code| colour::parse(self.colour(&code.id))).collect();
        colour::written(colour::farthest(&used))
    }

    /// A letter that no code has yet, from the name if possible; empty where all are taken.
    pub fn free_key(&self, name: &str) -> String {
        let letters = folded(name).chars().filter(char::is_ascii_lowercase).chain('a'..='z').collect::<Vec<_>>();
        let free = letters.into_iter().map(String::from).find(|key| self.of_key(key).is_none());
        free.unwrap_or_default()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn book() -> Codebook {
        let mut book = Codebook::default();
        let mut child = Code::named(CodeId("censorship".into()), "censorship");
        child.names.kk = "цензура".into();
        child.parent = CodeId("control".into());
        book.insert(child);
        book.insert(Code::named(CodeId("control".into()), "control"));
        book
    }

    #[test]
    fn merges_that_meet_in_a_circle_stand_for_one_code() {
        // Two coders merged each into the other, apart from each other.
        let mut book = Codebook::default();
        for (id, into) in [("a", "b"), ("b", "c"), ("c", "a"), ("d", "c"), ("e", "nowhere")] {
            let mut code = Code::named(CodeId(id.into()), id);
            code.standing = Standing::MergedInto(CodeId(into.into()));
            book.insert(code);
        }
        let standing = |id: &str| book.standing(&CodeId(id.into())).0.clone();
        assert_eq!(["a", "b", "c", "d"].map(standing), ["a"; 4]);
        assert_eq!(standing("e"), "nowhere", "a colleague's journal may come later");
        assert!(book.given("e").is_some());
    }

    #[test]
    fn a_code_is_found_by_any_name_and_by_its_path() {
        let book = book();
        for name in ["censorship", "ЦЕНЗУРА", "control/censorship", " Censorship "] {
            assert_eq!(book.find(name).map(|c| c.id.0.as_str()), Some("censorship"), "{name}");
        }
        assert_eq!(book.find("other/censorship"), None);
    }

    #[test]
    fn a_loop_of_parents_ends() {
        let mut book = book();
        let mut top = Code::named(CodeId("control".into()), "control");
        top.parent = CodeId("censorship".into());
        book.insert(top);
        assert!(book.path(&CodeId("censorship".into())).ends_with("control/censorship"));
    }

    #[test]
    fn two_hundred_new_codes_have_colours_that_are_told_apart() {
        let mut book = Codebook::default();
        for n in 0..200 {
            let mut code = Code::named(CodeId(n.to_string()), "x");
            code.colour = book.free_colour();
            let own = colour::parse(&code.colour).unwrap();
            for other in book.iter() {
                let apart = colour::distance(own, colour::parse(&other.colour).unwrap());
                assert!(apart > 0.03, "{n}: {} and {} are {apart} apart", code.colour, other.colour);
            }
            book.insert(code);
        }
    }

    /// The first eight are what most codebooks have. Source of the matrices: Viénot, Brettel and Mollon, "Digital
    /// video colourmaps for checking the legibility of displays by dichromats", 1999.
    #[test]
    fn the_first_eight_colours_stay_apart_for_the_colour_blind() {
        const RED_BLIND: [[f64; 3]; 3] =
            [[0.112_38, 0.887_62, 0.0], [0.112_38, 0.887_62, 0.0], [0.004_01, -0.004_01, 1.0]];
        const GREEN_BLIND: [[f64; 3]; 3] =
            [[0.292_75, 0.707_25, 0.0], [0.292_75, 0.707_25, 0.0], [-0.022_34, 0.022_34, 1.0]];
        let seen = |matrix: [[f64; 3]; 3], (r, g, b): Rgb| {
            let light = [r, g, b].map(|c| (f64::from(c) / 255.0).powf(2.2));
            let row = |m: [f64; 3]| m.iter().zip(light).map(|(m, l)| m * l).sum::<f64>().clamp(0.0, 1.0);
            let back = |l: f64| (l.powf(1.0 / 2.2) * 255.0).round() as u8;
            (back(row(matrix[0])), back(row(matrix[1])), back(row(matrix[2])))
        };
        let all: Vec<Rgb> = COLOURS.iter().map(|colour| colour::parse(colour).unwrap()).collect();
        for matrix in [RED_BLIND, GREEN_BLIND] {
            for (i, a) in all.iter().enumerate() {
                for b in all.iter().skip(i + 1) {
                    let apart = colour::distance(seen(matrix, *a), seen(matrix, *b));
                    assert!(apart > 0.07, "{a:?} and {b:?}: {apart}");
                }
            }
        }
    }

    #[test]
    fn free_keys_come_from_the_name_first() {
        let mut book = book();
        assert_eq!(book.free_key("slacktivism"), "s");
        let mut code = Code::named(CodeId("x".into()), "x");
        code.key = "s".into();
        book.insert(code);
        assert_eq!(book.free_key("slacktivism"), "l");
    }

    #[test]
    fn colours_go_by_the_place_that_a_code_has_now() {
        let named = |id: &str| Code::named(CodeId(id.into()), id);
        let (mut book, id) = (Codebook::default(), CodeId("m".into()));
        book.insert(named("m"));
        assert_eq!(book.colour(&id), COLOURS[0]);
        book.insert(named("a"));
        assert_eq!(book.colour(&id), COLOURS[1]);
        book.remove(&CodeId("a".into()));
        assert_eq!(book.colour(&id), COLOURS[0]);
    }
}
