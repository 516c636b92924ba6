//! What draws the text of a PDF's pages, without all that draws anything else and all that could not end.

use std::collections::BTreeMap;

use pdf_extract::content::{Content, Operation};
use pdf_extract::{Dictionary, Document, Object, ObjectId, Stream};

/// A page's drawing that is longer, packed or unpacked, is a map or a picture.
const MAX_PACKED: usize = 2 << 20;
const MAX_UNPACKED: usize = 24 << 20;

/// Steps that drawing a page may take, with all forms that it uses.
const MAX_STEPS: u64 = 2_000_000;

/// How deep forms may stand in one another, and how many floors the tree of pages may have.
const MAX_DEPTH: usize = 12;
const MAX_FLOORS: usize = 60;

/// What concerns text. Source: ISO 32000-1, annex A.
const KEPT: [&str; 20] = [
    "BT", "ET", "Tc", "Tw", "Tz", "TL", "Tf", "Ts", "Td", "TD", "Tm", "T*", "Tj", "TJ", "q", "Q", "cm", "'", "\"", "Do",
];

/// Leaves nothing in a document but what draws text. Returns the pages, each with whether it can be read, and how many
/// pictures there were.
pub fn plain(document: &mut Document, pages: &BTreeMap<u32, ObjectId>) -> (Vec<(u32, bool)>, usize) {
    let mut n_pictures = 0;
    let mut forms = Vec::new();
    for (id, object) in &mut document.objects {
        let Object::Stream(stream) = object else { continue };
        match stream.dict.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"Image") => {
                n_pictures += usize::from(stream.dict.get(b"ImageMask").is_err());
                stream.set_plain_content(Vec::new());
            }
            Ok(b"Form") => forms.push(*id),
            _ => {}
        }
    }
    let mut steps = Steps::default();
    for id in &forms {
        plain_form(document, *id);
    }
    for id in &forms {
        steps.of(document, *id, 0);
    }
    for (id, _) in steps.0.iter().filter(|(_, steps)| **steps >= MAX_STEPS) {
        if let Some(Object::Stream(stream)) = document.objects.get_mut(id) {
            stream.set_plain_content(Vec::new());
        }
    }
    let done = pages.iter().map(|(number, id)| (*number, plain_page(document, *id, &steps).is_some()));
    (done.collect(), n_pictures)
}

/// How many steps forms take, with those that they use.
#[derive(Default)]
struct Steps(BTreeMap<ObjectId, u64>);

impl Steps {
    fn of(&mut self, document: &Document, id: ObjectId, depth: usize) -> u64 {
        if let Some(known) = self.0.get(&id) {
            return *known;
        }
        // While it is looked at it counts as endless, so that one that uses itself is found.
        self.0.insert(id, MAX_STEPS);
        let Ok(stream) = document.get_object(id).and_then(Object::as_stream) else { return 0 };
        let own = Content::decode(&stream.content).map(|content| content.operations).unwrap_or_default();
        let resources = resources(document, &stream.dict);
        let sum = if depth > MAX_DEPTH { MAX_STEPS } else { self.sum(document, &own, resources, depth) };
        self.0.insert(id, sum);
        sum
    }

    fn sum(
        &mut self,
        document: &Document,
        operations: &[Operation],
        resources: Option<&Dictionary>,
        depth: usize,
    ) -> u64 {
        let mut sum = operations.len() as u64;
        for name in operations.iter().filter(|own| own.operator == "Do").filter_map(|own| own.operands.first()) {
            let form = resources.and_then(|own| form(document, own, name.as_name().ok()?));
            let inner = form.map_or(1, |id| self.of(document, id, depth + 1));
            sum = sum.saturating_add(inner).min(MAX_STEPS);
        }
        sum
    }
}

fn resources<'a>(document: &'a Document, dictionary: &'a Dictionary) -> Option<&'a Dictionary> {
    let own = dictionary.get(b"Resources").ok()?;
    document.dereference(own).ok()?.1.as_dict().ok()
}

/// The form that a name stands for.
fn form(document: &Document, resources: &Dictionary, name: &[u8]) -> Option<ObjectId> {
    let all = document.dereference(resources.get(b"XObject").ok()?).ok()?.1.as_dict().ok()?;
    let id = all.get(name).ok()?.as_reference().ok()?;
    let stream = document.get_object(id).ok()?.as_stream().ok()?;
    matches!(stream.dict.get(b"Subtype").and_then(Object::as_name), Ok(b"Form")).then_some(id)
}

fn plain_form(document: &mut Document, id: ObjectId) {
    let Ok(stream) = document.get_object(id).and_then(Object::as_stream) else { return };
    let is_long = stream.content.len() > MAX_PACKED;
    let bytes = if is_long { Vec::new() } else { stream.get_plain_content().unwrap_or_default() };
    // One without things of its own uses its page's, itself among them: it draws words only.
    let has_own = stream.dict.get(b"Resources").is_ok();
    let plain = texts(&bytes, &|_| has_own).unwrap_or_default();
    if let Some(Object::Stream(stream)) = document.objects.get_mut(&id) {
        stream.set_plain_content(plain);
    }
}

/// The same for a page; nothing where it can't be read.
fn plain_page(document: &mut Document, id: ObjectId, steps: &Steps) -> Option<()> {
    let mut at = document.get_dictionary(id).ok()?;
    let mut n_floors = 0;
    let mut own = resources(document, at).cloned();
    while let Ok(parent) = at.get(b"Parent").and_then(Object::as_reference) {
        at = document.get_dictionary(parent).ok()?;
        own = own.or_else(|| resources(document, at).cloned());
        n_floors += 1;
        if n_floors > MAX_FLOORS {
            return None;
        }
    }
    let contents = document.get_page_contents(id);
    let packed = contents.iter().filter_map(|id| document.get_object(*id).ok()?.as_stream().ok());
    if packed.map(|stream| stream.content.len()).sum::<usize>() > MAX_PACKED {
        return None;
    }
    let bytes = document.get_page_content(id).ok()?;
    let own = own.unwrap_or_default();
    let is_form =
        |name: &[u8]| form(document, &own, name).is_some_and(|id| steps.0.get(&id).is_some_and(|n| *n < MAX_STEPS));
    let plain = texts(&bytes, &is_form)?;
    let content = document.add_object(Stream::new(Dictionary::new(), plain));
    let page = document.get_dictionary_mut(id).ok()?;
    page.set("Contents", Object::Reference(content));
    page.set("Resources", Object::Dictionary(own));
    Some(())
}

/// The steps that concern text, and those forms that are wanted; nothing where they are too many.
fn texts(bytes: &[u8], is_form: &dyn Fn(&[u8]) -> bool) -> Option<Vec<u8>> {
    if bytes.len() > MAX_UNPACKED {
        return None;
    }
    let mut operations = Vec::new();
    for own in Content::decode(bytes).ok()?.operations {
        match own.operator.as_str() {
            "Do" if !own.operands.first().and_then(|name| name.as_name().ok()).is_some_and(is_form) => {}
            // What the reading library does not know stands for two or four others. Source: ISO 32000-1, table 109.
            "'" => operations.extend([Operation::new("T*", vec![]), Operation::new("Tj", own.operands)]),
            "\"" => {
                if let [word, letter, text] = own.operands.as_slice() {
                    let parts = [("Tw", Some(word)), ("Tc", Some(letter)), ("T*", None), ("Tj", Some(text))];
                    operations.extend(
                        parts.map(|(name, operand)| Operation::new(name, operand.into_iter().cloned().collect())),
                    );
                }
            }
            operator if KEPT.contains(&operator) => operations.push(own),
            _ => {}
        }
    }
    if operations.len() as u64 > MAX_STEPS {
        return None;
    }
    Content { operations }.encode().ok()
}
