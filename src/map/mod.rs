//! Every file in parallel, cached by content.
