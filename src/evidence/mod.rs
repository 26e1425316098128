//! Output folder, result.json, licences, frozen tests.
