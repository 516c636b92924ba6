//! The built program on a real pseudo-terminal: keys in, a parsed screen out.
