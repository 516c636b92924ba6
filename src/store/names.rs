//! Names that are kept once, each with a number: of codes and coders.

use std::collections::HashMap;

/// Names, each with a number.
#[derive(Debug, Clone, Default)]
pub struct Names {
    numbers: HashMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    /// Takes names whose numbers are their places.
    pub fn new(names: Vec<String>) -> Self {
        let numbers = names.iter().enumerate().map(|(i, name)| (name.clone(), i as u32)).collect();
        Self { numbers, names }
    }

    /// The number of a name, and whether it is a new one.
    pub fn number(&mut self, name: &str) -> (u32, bool) {
        if let Some(&number) = self.numbers.get(name) {
            return (number, false);
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        (number, true)
    }

    /// The name of a number; empty for none.
    pub fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }

    /// All, by their numbers.
    pub fn all(&self) -> &[String] {
        &self.names
    }
}
