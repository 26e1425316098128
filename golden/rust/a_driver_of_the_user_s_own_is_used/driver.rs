//! Sums of lists that are really there.

pub fn drive(input: &mut Input, log: &mut Log) {
    input.say("sum_every(");
    let values = input.vec(|input| input.u32());
    input.say(", ");
    let step = usize::from(input.u8() % 8);
    input.show(&step);
    input.say(")");
    // SAFETY: the list holds as many numbers as it says.
    let sum = unsafe { subject::sum_every(values.as_ptr(), values.len(), step) };
    see!(log, &sum);
}
