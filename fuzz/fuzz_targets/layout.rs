#![no_main]

libfuzzer_sys::fuzz_target!(init: tanba_fuzz::panics_unwind(), |data: &[u8]| tanba_fuzz::program::layout(data));
