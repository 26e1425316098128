pub fn attempt() -> String {
    "x".repeat(1 << 28)
}
