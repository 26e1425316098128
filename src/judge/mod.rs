//! Gates, inputs, comparison, shrinking, the bar.
