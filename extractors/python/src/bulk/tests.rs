//! Both sides at full speed, on small packages.

use ripout_model::{
    BLOCK, Block, Folder, Host, Made, Observation, ObservationKind, Origin, testing::PlainHost,
};

use crate::sample::{Sample, candidate, sample};

const SPELL: &str = "\
def spell(number: int, unit: str = 's') -> str:
    \"\"\"A number with its unit.

    >>> spell(3)
    '3 s'
    >>> spell(1000, 'm')
    '1,000 m'
    \"\"\"
    if number < 0:
        raise ValueError('below zero: %d' % number)
    return '{:,} {}'.format(number, unit)
";

fn spell() -> Sample {
    sample(&[("pkg/__init__.py", SPELL)], &["pkg.spell"])
}

fn packed(inputs: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for input in inputs {
        bytes.extend(u32::try_from(input.len()).expect("short").to_le_bytes());
        bytes.extend(input);
    }
    bytes
}

fn lines<T: serde::de::DeserializeOwned>(folder: &dyn Folder, file: &str) -> Vec<T> {
    let bytes = folder.read(file).expect("read");
    String::from_utf8(bytes)
        .expect("text")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of the protocol"))
        .collect()
}

/// Reports of both sides on two blocks, and what the module's side saw of the second, by itself and in the block.
fn run(sample: &Sample, module: &str) -> ([Vec<Block>; 2], [Vec<Observation>; 2]) {
    let host: &dyn Host = &PlainHost;
    let candidate = candidate(&sample.original, module, Origin::Verbatim);
    let Made::Ready(harness) = crate::harness::harness(
        &sample.original,
        &candidate,
        ripout_model::Drive::Inside,
        host,
    )
    .expect("a harness") else {
        panic!("not viable");
    };
    let bulk = harness.bulk.as_ref().expect("Python runs many");
    let built = bulk.build(host).expect("built");
    let imports = built.import_ms.expect("both can be imported");
    assert!(imports.iter().all(|took| *took > 0.0), "{imports:?}");
    let programs = built.programs.expect("programs");
    let folder = host.folder("bulk").expect("a folder");
    let pool = folder
        .write("pool", &packed(&harness.driver.seeds))
        .expect("written");
    let reports = [0, 1].map(|side| {
        let report = folder.write("report", b"").expect("written");
        let command = programs[side].clone().arg(&pool).arg(report);
        let answer = host.run(&command.args(["7", "0", "2"])).expect("it runs");
        assert!(answer.ok(), "{}", answer.errors());
        lines(&*folder, "report")
    });
    let files =
        ["report", "list", "seen", "alone"].map(|file| folder.write(file, b"").expect("written"));
    let [report, list, seen, alone] = files;
    let command = programs[1].clone().arg(&pool).arg(report);
    let command = command.args(["7", "1", "1"]).arg(&list).arg(seen);
    assert!(host.run(&command).expect("it runs").ok());
    let command = harness.module.command.clone().arg(list).arg(alone);
    assert!(host.run(&command).expect("it runs").ok());
    let seen = ["seen", "alone"].map(|file| lines(&*folder, file));
    (reports, seen)
}

#[test]
fn equal_sides_have_equal_digests_and_blocks_can_be_looked_at() {
    let ([original, module], [seen, alone]) = run(&spell(), SPELL);
    assert_eq!(original.len(), 3);
    for (one, other) in original.iter().zip(&module) {
        assert_eq!(
            (&one.digest, one.distinct, one.returned, one.raised),
            (&other.digest, other.distinct, other.returned, other.raised)
        );
    }
    assert_eq!(original[0].distinct, 0, "the pool is known");
    assert!(original[0].peak > 0);
    assert_ne!(original[1].digest, original[2].digest);
    for block in &original[1..] {
        assert!(block.distinct > 3000, "{block:?}");
        assert!(block.returned * 2 > block.distinct, "{block:?}");
    }
    assert_eq!(seen.len(), BLOCK);
    for (one, other) in seen.iter().zip(&alone) {
        assert_eq!(
            (&one.input, one.kind, &one.value),
            (&other.input, other.kind, &other.value)
        );
    }
}

#[test]
fn a_module_that_differs_far_from_the_examples_has_another_digest() {
    let wrong = SPELL.replace("if number < 0", "if number < 0 or number % 401 == 399");
    let ([original, module], [seen, alone]) = run(&spell(), &wrong);
    assert_eq!(
        original[0].digest, module[0].digest,
        "the pool shows nothing"
    );
    assert_ne!(original[2].digest, module[2].digest);
    let raised = |seen: &[Observation]| {
        let above = |one: &&Observation| one.value.contains("below zero: 3");
        seen.iter().filter(above).count()
    };
    assert_eq!(raised(&seen), raised(&alone));
}

#[test]
fn what_is_told_of_the_pool_is_not_run_again_and_counts_as_seen() {
    let host: &dyn Host = &PlainHost;
    let sample = spell();
    let candidate = candidate(&sample.original, SPELL, Origin::Verbatim);
    let Made::Ready(harness) = crate::harness::harness(
        &sample.original,
        &candidate,
        ripout_model::Drive::Inside,
        host,
    )
    .expect("a harness") else {
        panic!("not viable");
    };
    let built = harness.bulk.as_ref().expect("some").build(host);
    let built = built.expect("built");
    assert!(built.sparing);
    let program = &built.programs.expect("programs")[1];
    let folder = host.folder("bulk").expect("a folder");
    let write = |file: &str, bytes: &[u8]| folder.write(file, bytes).expect("written");
    let pool = write("pool", &packed(&harness.driver.seeds));
    let run = |count: &str| -> Vec<Block> {
        let report = write("report", b"");
        let command = program.clone().arg(&pool).arg(report);
        let answer = host.run(&command.args(["7", "0", count])).expect("it runs");
        assert!(answer.ok(), "{}", answer.errors());
        lines(&*folder, "report")
    };
    let ran = run("1");
    let alone = write("alone", b"");
    let command = harness.module.command.clone().arg(&pool).arg(alone);
    assert!(host.run(&command).expect("it runs").ok());
    let told: Vec<(bool, String)> = lines::<Observation>(&*folder, "alone")
        .into_iter()
        .map(|seen| (seen.kind == ObservationKind::Returned, seen.input))
        .collect();
    write(
        "pool.told",
        &serde_json::to_vec(&told).expect("texts can be written"),
    );
    let spared = run("8/0");
    assert_eq!(spared.len(), 2, "there is time for one block");
    assert_ne!(spared[0].digest, ran[0].digest, "none of the pool was run");
    let counts = |block: &Block| {
        (
            block.digest.clone(),
            block.distinct,
            block.returned,
            block.raised,
        )
    };
    assert_eq!(counts(&spared[1]), counts(&ran[1]));
    assert_eq!(
        run("4/1000000").len(),
        5,
        "there is time for all that are asked for"
    );
}
