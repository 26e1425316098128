//! A program that gives answers that were written before.

use std::fs;

/// An answer that has no end.
#[allow(dead_code, reason = "not every test waits for it")]
pub const ENDLESS: &str = "(no end)";

/// A program that gives these answers, one after the other, and the last again and again.
pub struct Script {
    #[allow(dead_code, reason = "not every test looks where it lies")]
    pub folder: tempfile::TempDir,
    /// For `--command`.
    pub line: String,
}

/// It counts by the attempts that the brief tells of: it can keep nothing between two rounds.
pub fn script(answers: &[String]) -> Script {
    let folder = tempfile::tempdir().expect("a temp folder");
    for (round, answer) in answers.iter().enumerate() {
        fs::write(folder.path().join(round.to_string()), answer).unwrap();
    }
    let program = folder.path().join("answer.py");
    fs::write(
        &program,
        format!(
            "import pathlib, sys\n\
             brief = sys.stdin.read()\n\
             here = pathlib.Path({:?})\n\
             told = min(brief.count('\\n### Attempt '), {})\n\
             answer = (here / str(told)).read_text()\n\
             while answer == {ENDLESS:?}: print('and so on ' * 1000)\n\
             sys.stdout.write(answer)\n",
            folder.path().to_str().unwrap(),
            answers.len() - 1
        ),
    )
    .unwrap();
    let line = format!("python3 {}", program.display());
    Script { folder, line }
}
