/// Waits without end.
pub fn wait(times: u64) -> u64 {
    let mut waited = 0u64;
    while waited <= times.max(1) {
        std::thread::sleep(std::time::Duration::from_secs(60));
        waited = waited.wrapping_mul(2);
    }
    waited
}
