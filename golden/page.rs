//! Looks at `report.html` in a browser, as a reviewer would.
//!
//! ```text
//! RIPOUT_BROWSER=chromium cargo test --test page
//! RIPOUT_BROWSER=chromium RIPOUT_SHOTS=/tmp/shots cargo test --test page -- ripout-out/*/report.html
//! ```
//!
//! Without names of pages it takes a symbol out of a small crate and one out of a small Python package, and looks at
//! those. Each page is opened as wide as a phone and as a desk, light and dark, with its folds as they are and all open.
//! It must not be wider than its window, ask for nothing, say nothing on the console, and all of its text must stand out
//! from what is behind it by 4.5 to 1. `RIPOUT_SHOTS` names a folder for pictures of what was seen. Without
//! `RIPOUT_BROWSER` nothing is looked at, and that is a failure.

mod program;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use serde_json::Value;

use program::{code, err, folder, run};

/// Widths in pixels: a phone's, a desk's.
const WIDTHS: [u32; 2] = [390, 1280];

/// What is asked of the page inside. The page itself stays as it is, with its policy that no script may run.
const LOOK: &str = r#"
addEventListener('load', () => {
  const frame = document.querySelector('iframe'), page = frame.contentDocument, view = frame.contentWindow;
  const root = page.documentElement;
  const over = () => root.scrollWidth - root.clientWidth;
  const seen = {
    dark: view.matchMedia('(prefers-color-scheme: dark)').matches,
    height: root.scrollHeight,
    over: over(),
    scripts: page.querySelectorAll('script').length,
  };
  for (const fold of page.querySelectorAll('details')) fold.open = true;
  seen.over_open = over();
  const parse = colour => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const part = x => (x /= 255) <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = element => {
    const box = element.closest('g.box');
    if (box) {
      const fill = view.getComputedStyle(box.querySelector('rect')).fill;
      if (fill !== 'none') return parse(fill);
    }
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(view.getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  let texts = 0;
  const walk = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || ['title', 'desc'].includes(element.tagName) || !element.getClientRects().length) continue;
    texts += 1;
    const style = view.getComputedStyle(element);
    const ink = light(parse(element.closest('svg') ? style.fill : style.color)), paper = light(behind(element));
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (ratio < 4.5) faint.add(`${ratio.toFixed(2)} <${element.tagName} class="${element.className.baseVal ?? element.className}">`);
  }
  seen.texts = texts;
  seen.faint = [...faint];
  seen.resources = view.performance.getEntriesByType('resource').map(entry => entry.name);
  const out = document.createElement('pre');
  out.id = 'seen';
  out.hidden = true;
  out.textContent = JSON.stringify(seen);
  document.body.append(out);
});
"#;

fn main() -> ExitCode {
    let Some(browser) = std::env::var_os("RIPOUT_BROWSER") else {
        eprintln!(
            "no page was looked at: RIPOUT_BROWSER names no browser, as in RIPOUT_BROWSER=chromium"
        );
        return ExitCode::FAILURE;
    };
    let work = folder();
    let named: Vec<PathBuf> = std::env::args_os()
        .skip(1)
        .filter(|argument| !argument.to_string_lossy().starts_with('-'))
        .map(PathBuf::from)
        .collect();
    let pages = match named.is_empty() {
        true => vec![of_a_crate(work.path()), of_a_package(work.path())],
        false => named,
    };
    let shots = std::env::var_os("RIPOUT_SHOTS").map(PathBuf::from);
    let mut wrong = 0;
    for page in &pages {
        for width in WIDTHS {
            for scheme in ["light", "dark"] {
                let found = look(&browser, page, width, scheme, work.path(), shots.as_deref());
                let verdict = if found.is_empty() { "ok" } else { "WRONG" };
                println!("{verdict}  {width} {scheme}  {}", page.display());
                for complaint in &found {
                    println!("       {complaint}");
                }
                wrong += found.len();
            }
        }
    }
    match wrong {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Takes a function out of a small crate, and gives its page.
fn of_a_crate(work: &Path) -> PathBuf {
    let root = work.join("small");
    fs::create_dir_all(root.join("src")).unwrap();
    fs::write(
        root.join("Cargo.toml"),
        "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2021\"\nlicense = \"MIT\"\n",
    )
    .unwrap();
    fs::write(
        root.join("src/lib.rs"),
        "//! Small.\n\nmod wide;\npub use wide::clamp;\n\npub fn left(x: u8) -> u16 {\n    wide::widen(x) * 2\n}\n",
    )
    .unwrap();
    fs::write(
        root.join("src/wide.rs"),
        "/// Twice, and no more than a thousand.\npub fn clamp(x: u16) -> u16 {\n    let twice = double(x);\n    \
         if twice > 1000 {\n        1000\n    } else {\n        twice\n    }\n}\n\nfn double(x: u16) -> u16 {\n    \
         x.saturating_mul(2)\n}\n\npub(crate) fn widen(x: u8) -> u16 {\n    x.into()\n}\n",
    )
    .unwrap();
    fs::write(root.join("LICENSE"), "MIT\n").unwrap();
    extracted(work, "small", "small::clamp", "rust")
}

/// The same of a Python package.
fn of_a_package(work: &Path) -> PathBuf {
    let root = work.join("tiny");
    fs::create_dir_all(root.join("tiny")).unwrap();
    fs::write(
        root.join("pyproject.toml"),
        "[project]\nname = \"tiny\"\nversion = \"0.1.0\"\nlicense = {text = \"MIT\"}\n",
    )
    .unwrap();
    fs::write(root.join("LICENSE"), "MIT\n").unwrap();
    fs::write(
        root.join("tiny/__init__.py"),
        "from .words import words\n\n\ndef left(text: str) -> str:\n    return text\n",
    )
    .unwrap();
    fs::write(
        root.join("tiny/words.py"),
        "MOST = 40\n\n\ndef words(text: str, most: int = MOST) -> list:\n    \"\"\"The words of a text.\n\n    \
         >>> words('a b')\n    ['a', 'b']\n    \"\"\"\n    if most < 0:\n        raise ValueError('less than none')\n    \
         return [_lower(word) for word in text.split()][:most]\n\n\ndef _lower(word):\n    return word.lower()\n",
    )
    .unwrap();
    extracted(work, "tiny", "tiny.words", "python")
}

fn extracted(work: &Path, repo: &str, symbol: &str, out: &str) -> PathBuf {
    let output = run(work, &["extract", repo, symbol, "--out", out, "--quiet"]);
    assert!(matches!(code(&output), 0 | 3), "{}", err(&output));
    work.join(out).join("report.html")
}

/// What is wrong with a page.
fn look(
    browser: &std::ffi::OsStr,
    page: &Path,
    width: u32,
    scheme: &str,
    work: &Path,
    shots: Option<&Path>,
) -> Vec<String> {
    let text = fs::read_to_string(page).expect("the page can be read");
    let around = work.join("around.html");
    let wrap = |height: u64, script: &str| {
        let inside = text.replace('&', "&amp;").replace('"', "&quot;");
        let html = format!(
            "<!DOCTYPE html><meta charset=utf-8><body style=\"margin:0\"><iframe style=\"border:0;display:block;\
             color-scheme:{scheme}\" width={width} height={height} srcdoc=\"{inside}\"></iframe>\
             <script>{script}</script>"
        );
        fs::write(&around, html).unwrap();
    };
    let open = |arguments: &[String]| {
        Command::new(browser)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
            ])
            .args(["--enable-logging=stderr", "--virtual-time-budget=5000"])
            .arg(format!(
                "--user-data-dir={}",
                work.join("profile").display()
            ))
            .args(arguments)
            .arg(format!("file://{}", around.display()))
            .output()
            .expect("the browser starts")
    };
    wrap(900, LOOK);
    let output = open(&["--dump-dom".into()]);
    let (dom, log) = (program::out(&output), err(&output));
    let mut wrong: Vec<String> = log
        .lines()
        .filter(|line| line.contains("CONSOLE"))
        .map(|line| format!("on the console: {line}"))
        .collect();
    let Some(seen) = dom
        .split_once("<pre id=\"seen\" hidden=\"\">")
        .and_then(|(_, rest)| rest.split_once("</pre>"))
        .and_then(|(seen, _)| {
            let seen = seen
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
            serde_json::from_str::<Value>(&seen).ok()
        })
    else {
        wrong.push(format!("the browser did not say what it saw: {log}"));
        return wrong;
    };
    if seen["dark"] != (scheme == "dark") {
        wrong.push(format!("the page is not shown {scheme}"));
    }
    for (over, when) in [
        ("over", "as it is opened"),
        ("over_open", "with all folds open"),
    ] {
        if seen[over].as_i64() != Some(0) {
            wrong.push(format!("{} pixels too wide {when}", seen[over]));
        }
    }
    if seen["scripts"] != 0 {
        wrong.push("there is a script".into());
    }
    if seen["texts"].as_u64().unwrap_or(0) < 20 {
        wrong.push("hardly any text was seen".into());
    }
    for faint in seen["faint"].as_array().into_iter().flatten() {
        wrong.push(format!("too faint: {faint}"));
    }
    for resource in seen["resources"].as_array().into_iter().flatten() {
        wrong.push(format!("asks for {resource}"));
    }
    if let Some(shots) = shots {
        let height = seen["height"].as_u64().unwrap_or(900).min(8000);
        wrap(height, "");
        fs::create_dir_all(shots).unwrap();
        let of = page.parent().and_then(Path::file_name).unwrap_or_default();
        let name = format!("{}-{width}-{scheme}.png", of.to_string_lossy());
        open(&[
            format!("--window-size={},{height}", width.max(500)),
            format!("--screenshot={}", shots.join(name).display()),
        ]);
    }
    wrong
}
