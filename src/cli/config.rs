//! `ripout.toml`: settings of a project. The environment wins over it, and the command line over both.
//!
//! The file may not switch the sandbox off, nor name a program to run or an address to send to, nor have a model asked: it
//! may lie in a stranger's tree.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use ripout_model::{Failure, Settings};
use serde::Deserialize;

use crate::{
    checkout::Wanted,
    cli::args::{Format, Global, Judging, Subject, Synth, Synthesis, When, Whom},
    job::{Rounds, explain::Asking},
    synth::{Who, brief::DEFAULT_TOKENS},
};

/// `ripout.toml` as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConfigFile {
    format: Option<Format>,
    features: Option<Vec<String>>,
    edition: Option<Vec<String>>,
    extras: Option<Vec<String>>,
    keep: Option<Vec<String>>,
    driver: Option<PathBuf>,
    inputs: Option<u64>,
    budget: Option<f64>,
    seed: Option<u64>,
    max_lines: Option<u32>,
    synth: Option<Synth>,
    model: Option<String>,
    max_rounds: Option<usize>,
    max_tokens: Option<u64>,
    max_usd: Option<f64>,
    synth_budget: Option<f64>,
    max_brief_tokens: Option<usize>,
    weigh: Option<String>,
    offline: Option<bool>,
    quiet: Option<bool>,
    verbose: Option<bool>,
    color: Option<When>,
}

impl ConfigFile {
    /// Reads the file in `folder`, or in the nearest folder above that has one.
    pub fn find(folder: &Path) -> Result<Self, Failure> {
        for folder in folder.ancestors() {
            let path = folder.join("ripout.toml");
            match std::fs::read_to_string(&path) {
                Ok(text) => return Self::parse(&text, &path),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => {
                    return Err(Failure::new(
                        "config",
                        format!("read {}: {e}", path.display()),
                    ));
                }
            }
        }
        Ok(Self::default())
    }

    fn parse(text: &str, path: &Path) -> Result<Self, Failure> {
        let mut file: Self = toml::from_str(text).map_err(|e| {
            Failure::new(
                "config",
                format!("{}: {}", path.display(), e.to_string().trim_end()),
            )
            .help("`ripout help extract` lists the options; their names are the keys")
        })?;
        if file
            .budget
            .is_some_and(|budget| !(budget > 0.0 && budget <= 31_536_000.0))
        {
            return Err(Failure::new(
                "config",
                format!(
                    "{}: budget must be more than 0 and at most a year",
                    path.display()
                ),
            ));
        }
        if !matches!(file.synth, None | Some(Synth::Slice)) {
            return Err(Failure::new(
                "config",
                format!(
                    "{}: synth may only be \"slice\" here: asking somebody costs money, or runs a program",
                    path.display()
                ),
            )
            .help("give --synth on the command line, or RIPOUT_SYNTH"));
        }
        // Paths in a file are relative to it.
        if let (Some(driver), Some(folder)) = (&file.driver, path.parent()) {
            file.driver = Some(folder.join(driver));
        }
        Ok(file)
    }

    /// Whether results are wanted as JSON.
    pub fn wants_json(&self) -> bool {
        self.format == Some(Format::Json)
    }

    /// Fills in the options of every command.
    pub fn complete_global(&self, global: &mut Global) {
        global.offline |= self.offline.unwrap_or(false);
        global.color = global.color.or(self.color);
        global.quiet |= self.quiet.unwrap_or(false);
        global.verbose |= self.verbose.unwrap_or(false);
    }

    /// Fills in the options of judging.
    pub fn complete(self, judging: &mut Judging) {
        fn fill<T>(given: &mut Option<T>, file: Option<T>) {
            if given.is_none() {
                *given = file;
            }
        }
        fill(&mut judging.format, self.format);
        fill(&mut judging.features, self.features);
        fill(&mut judging.edition, self.edition);
        fill(&mut judging.extras, self.extras);
        fill(&mut judging.keep, self.keep);
        fill(&mut judging.driver, self.driver);
        fill(&mut judging.inputs, self.inputs);
        fill(&mut judging.budget, self.budget);
        fill(&mut judging.seed, self.seed);
        fill(&mut judging.max_lines, self.max_lines);
        fill(&mut judging.synth, self.synth);
    }
}

/// Who is asked for a smaller module, if anybody. What was read here counts as told: the slice comes first in any case.
pub fn rounds(
    file: &ConfigFile,
    judging: &mut Judging,
    synthesis: Synthesis,
    module: Option<&Path>,
) -> Result<Option<Rounds>, Failure> {
    file.clone().complete(judging);
    if let Some(module) = module {
        // What a file or the environment says of whom to ask holds for another run.
        judging.synth = Some(Synth::Slice);
        judging.command = None;
        return given(module).map(Some);
    }
    let wrong = |text: &str, help: &str| Err(Failure::new("arguments", text).help(help));
    let synth = judging.synth.replace(Synth::Slice);
    let command = judging.command.take();
    let asked =
        matches!(synth, Some(Synth::Llm | Synth::Command)) || synthesis.whom.replay.is_some();
    if judging.specialize && !asked {
        return wrong(
            "--specialize changes nothing of the author's own text",
            "say who writes a smaller module: `--synth llm`, `--synth command`, `--replay DIR`, or `remove --module FILE`",
        );
    }
    let synthesis = Synthesis {
        max_rounds: synthesis.max_rounds.or(file.max_rounds),
        max_tokens: synthesis.max_tokens.or(file.max_tokens),
        max_usd: synthesis.max_usd.or(file.max_usd),
        weigh: match (synthesis.weigh, &file.weigh) {
            (None, Some(text)) => Some(text.parse().map_err(|why: String| {
                Failure::new("config", format!("ripout.toml: weigh = \"{text}\": {why}"))
            })?),
            (given, _) => given,
        },
        ..synthesis
    };
    let whom = whom(file, synthesis.whom);
    let price = price(&whom)?;
    let who = match (whom.replay, synth, command) {
        (Some(folder), _, _) => Who::Replay { folder },
        (None, Some(Synth::Command), Some(line)) => Who::Command {
            line,
            network: whom.command_network,
            variables: whom.command_env,
        },
        (None, Some(Synth::Command), None) => {
            return wrong(
                "`--synth command` needs a program",
                "name it: `--command 'PROGRAM ARGUMENTS'`",
            );
        }
        (None, Some(Synth::Llm), _) => match whom.model {
            Some(model) => Who::Llm {
                model,
                endpoint: whom.endpoint,
                price,
            },
            None => {
                return wrong(
                    "`--synth llm` needs a model",
                    "name it: `--model anthropic::NAME`, `openai::NAME`, `gemini::NAME`, `ollama::NAME`",
                );
            }
        },
        (None, None | Some(Synth::Slice), Some(_)) => {
            return wrong(
                "--command alone asks nobody",
                "give `--synth command` as well",
            );
        }
        (None, None | Some(Synth::Slice), None) => return Ok(None),
    };
    let known = matches!(&who, Who::Llm { price: Some(_), .. });
    if synthesis.max_usd.is_some() && !known && !matches!(who, Who::Replay { .. }) {
        return wrong(
            "--max-usd needs a price",
            "give dollars for a million tokens sent and received: `--price 3,15`; a program's price is not known",
        );
    }
    Ok(Some(Rounds {
        who,
        most: synthesis.max_rounds.unwrap_or(Rounds::USUAL),
        tokens: synthesis.max_tokens,
        usd: synthesis.max_usd,
        budget: budget(whom.synth_budget),
        brief_tokens: whom.max_brief_tokens.unwrap_or(DEFAULT_TOKENS),
        weights: synthesis.weigh,
    }))
}

/// Time for all that is asked.
fn budget(seconds: Option<f64>) -> Duration {
    seconds.map_or(Rounds::BUDGET, Duration::from_secs_f64)
}

/// A module that somebody wrote before.
fn given(module: &Path) -> Result<Rounds, Failure> {
    let failed = |error: std::io::Error| {
        let text = format!("read the module {}: {error}", module.display());
        Failure::new("module_unreadable", text)
            .help("--module names one file, of text; what has data files beside it can't be given")
    };
    let text = std::fs::read_to_string(module).map_err(failed)?;
    let name = module.file_name().unwrap_or_default();
    Ok(Rounds::given(&name.to_string_lossy(), &text))
}

/// Who is asked a question of a symbol, if there is one.
pub fn asking(
    file: &ConfigFile,
    question: Option<String>,
    command: Option<String>,
    given: Whom,
    out: Option<PathBuf>,
) -> Result<Option<Asking>, Failure> {
    let wrong = |text: &str, help: &str| Err(Failure::new("arguments", text).help(help));
    let Some(question) = question else {
        return match given.replay {
            Some(_) => wrong(
                "--replay alone asks nothing",
                "give the question that was asked: `--ask QUESTION`",
            ),
            None => Ok(None),
        };
    };
    if question.trim().is_empty() {
        return wrong(
            "the question is empty",
            "say what is asked: `--ask QUESTION`",
        );
    }
    if given.model.is_some() && command.is_some() && given.replay.is_none() {
        return wrong(
            "a model and a program are named, and one of them is asked",
            "leave out --model or --command; RIPOUT_MODEL and RIPOUT_COMMAND count as well",
        );
    }
    let whom = whom(file, given);
    let price = price(&whom)?;
    let who = match (whom.replay, command, whom.model) {
        (Some(folder), _, _) => Who::Replay { folder },
        (None, Some(line), _) => Who::Command {
            line,
            network: whom.command_network,
            variables: whom.command_env,
        },
        (None, None, Some(model)) => Who::Llm {
            model,
            endpoint: whom.endpoint,
            price,
        },
        (None, None, None) => {
            return wrong(
                "--ask has nobody to ask",
                "name a model: `--model anthropic::NAME`, `openai::NAME`, `gemini::NAME`, `ollama::NAME`; or a program: `--command PROGRAM`",
            );
        }
    };
    Ok(Some(Asking {
        who,
        question: question.trim().to_owned(),
        budget: budget(whom.synth_budget),
        tokens: whom.max_brief_tokens.unwrap_or(DEFAULT_TOKENS),
        out,
    }))
}

/// Who is asked, with what the file says of it.
fn whom(file: &ConfigFile, given: Whom) -> Whom {
    Whom {
        model: given.model.or_else(|| file.model.clone()),
        synth_budget: given.synth_budget.or(file.synth_budget),
        max_brief_tokens: given.max_brief_tokens.or(file.max_brief_tokens),
        ..given
    }
}

fn price(whom: &Whom) -> Result<Option<[f64; 2]>, Failure> {
    match whom.price[..] {
        [] => Ok(None),
        [sent, received] => Ok(Some([sent, received])),
        _ => Err(Failure::new("arguments", "--price takes two numbers")
            .help("give dollars for a million tokens sent and received: `--price 3,15`")),
    }
}

/// What reaches the languages and the judge. Lists lose what is empty in them, so that `--features ""` means none.
pub fn settings(
    judging: &Judging,
    names: &[String],
    stem: Option<&str>,
    global: &Global,
) -> Result<Settings, Failure> {
    if !matches!(judging.synth, None | Some(Synth::Slice)) || judging.command.is_some() {
        return Err(Failure::new(
            "not_supported_yet",
            "nobody but `--synth slice` makes candidates here: a model or a program is asked by `ripout extract` and `ripout remove` alone",
        )
        .help("leave --synth and --command out"));
    }
    if let Some(driver) = &judging.driver
        && !driver.is_file()
    {
        return Err(Failure::new(
            "driver_not_found",
            format!("the driver {} is no file", driver.display()),
        ));
    }
    let defaults = Settings::default();
    let editions = match &judging.edition {
        None => defaults.editions,
        Some(list) => {
            let editions = without_empty(list);
            for edition in &editions {
                if !["2015", "2018", "2021", "2024"].contains(&edition.as_str()) {
                    return Err(Failure::new(
                        "arguments",
                        format!("there is no edition {edition}"),
                    )
                    .help("editions are 2015, 2018, 2021 and 2024"));
                }
            }
            editions
        }
    };
    Ok(Settings {
        features: judging.features.as_ref().map(|list| without_empty(list)),
        editions,
        python: judging.python.as_deref().map(interpreter),
        extras: without_empty(judging.extras.as_deref().unwrap_or_default()),
        keep: without_empty(judging.keep.as_deref().unwrap_or_default()),
        driver: judging.driver.clone(),
        names: names.to_vec(),
        stem: stem.map(str::to_owned),
        module_path: defaults.module_path,
        offline: global.offline,
        inputs: judging.inputs,
        budget: judging
            .budget
            .map_or(defaults.budget, Duration::from_secs_f64),
        seed: judging.seed.unwrap_or(defaults.seed),
        max_lines: judging.max_lines,
        callers: defaults.callers,
        mutants: defaults.mutants,
        specialize: judging.specialize,
    })
}

/// An interpreter as it is found from any folder: a name is looked up on PATH, a path counts from here. Links stay, as they
/// are what makes an environment.
pub fn interpreter(python: &Path) -> PathBuf {
    match python.components().count() {
        1 => python.to_owned(),
        _ => std::path::absolute(python).unwrap_or_else(|_| python.to_owned()),
    }
}

/// `<repo>` and how to get it.
pub fn wanted(
    repo: &str,
    rev: Option<&str>,
    python: Option<&Path>,
    extras: &[String],
    global: &Global,
) -> Wanted {
    Wanted {
        repo: repo.to_owned(),
        rev: rev.map(str::to_owned),
        offline: global.offline,
        python: python.map(Path::to_owned),
        extras: extras.to_vec(),
        cache: None,
    }
}

/// Options that change the module, as words; a header repeats them, so no path of this machine is among them.
pub fn module_options(judging: &Judging, subject: &Subject) -> Vec<String> {
    let mut words = Vec::new();
    let mut list = |name: &str, values: Option<&[String]>| {
        if let Some(values) = values {
            words.extend([name.to_owned(), values.join(",")]);
        }
    };
    list("--features", judging.features.as_deref());
    list("--edition", judging.edition.as_deref());
    list("--extras", judging.extras.as_deref());
    list("--keep", judging.keep.as_deref());
    list(
        "--as",
        (!subject.names.is_empty()).then_some(&subject.names),
    );
    list("--stem", subject.stem.as_ref().map(std::slice::from_ref));
    if judging.specialize {
        words.push("--specialize".to_owned());
    }
    words
}

/// Options that change the search alone, as words; only commands that reproduce something repeat them.
pub fn search_options(judging: &Judging) -> Vec<String> {
    let mut words = Vec::new();
    let mut path = |name: &str, value: Option<&Path>| {
        if let Some(value) = value {
            words.extend([name.to_owned(), value.display().to_string()]);
        }
    };
    path("--python", judging.python.as_deref());
    path("--driver", judging.driver.as_deref());
    words
}

fn without_empty(list: &[String]) -> Vec<String> {
    list.iter()
        .flat_map(|entry| entry.split_whitespace())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ConfigFile, Failure> {
        ConfigFile::parse(text, Path::new("/work/ripout.toml"))
    }

    #[test]
    fn the_command_line_wins() {
        let file = parse("budget = 10\nkeep = [\"numpy\"]\nmax-lines = 5").unwrap();
        let mut judging = Judging {
            budget: Some(99.0),
            ..Judging::default()
        };
        file.complete(&mut judging);
        assert_eq!(judging.budget, Some(99.0));
        assert_eq!(judging.keep.unwrap(), ["numpy"]);
        assert_eq!(judging.max_lines, Some(5));
    }

    #[test]
    fn an_interpreter_by_its_path_is_found_from_any_folder() {
        assert_eq!(
            interpreter(Path::new("python3.12")),
            Path::new("python3.12")
        );
        let inside = interpreter(Path::new(".venv/bin/python"));
        assert!(inside.is_absolute() && inside.ends_with(".venv/bin/python"));
    }

    #[test]
    fn what_it_does_not_know_is_said() {
        let failure = parse("bugdet = 10").unwrap_err();
        assert_eq!(failure.code, "config");
        assert!(failure.text.contains("bugdet"), "{}", failure.text);
        assert!(parse("no-sandbox = true").is_err());
        assert!(parse("command = \"rm\"").is_err());
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let file = parse("driver = \"drivers/d.py\"").unwrap();
        assert_eq!(file.driver.unwrap(), Path::new("/work/drivers/d.py"));
    }

    #[test]
    fn an_empty_list_of_features_is_not_the_default_ones() {
        let global = Global {
            quiet: false,
            verbose: false,
            color: None,
            offline: false,
            no_sandbox: false,
        };
        let judging = Judging {
            features: Some(vec![String::new()]),
            ..Judging::default()
        };
        assert_eq!(
            settings(&judging, &[], None, &global).unwrap().features,
            Some(Vec::new())
        );
        let judging = Judging {
            synth: Some(Synth::Llm),
            ..Judging::default()
        };
        assert_eq!(
            settings(&judging, &[], None, &global).unwrap_err().code,
            "not_supported_yet"
        );
    }
}
