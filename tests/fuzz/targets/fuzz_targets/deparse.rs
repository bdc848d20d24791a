#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rowcall_fuzz::deparse(data));
