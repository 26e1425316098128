//! Names that say what they do.

use ripout_model::Topic;

/// Modules of the standard library whose calls are worth naming.
const STANDARD: &[&str] = &[
    "abc",
    "array",
    "ast",
    "asyncio",
    "base64",
    "binascii",
    "bisect",
    "bz2",
    "calendar",
    "cmath",
    "codecs",
    "collections",
    "colorsys",
    "concurrent",
    "configparser",
    "contextlib",
    "contextvars",
    "copy",
    "csv",
    "ctypes",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "email",
    "enum",
    "errno",
    "fnmatch",
    "fractions",
    "functools",
    "gc",
    "getpass",
    "gettext",
    "glob",
    "gzip",
    "hashlib",
    "heapq",
    "hmac",
    "html",
    "http",
    "importlib",
    "inspect",
    "io",
    "ipaddress",
    "itertools",
    "json",
    "keyword",
    "linecache",
    "locale",
    "logging",
    "lzma",
    "math",
    "mimetypes",
    "multiprocessing",
    "numbers",
    "operator",
    "os",
    "pathlib",
    "pickle",
    "pkgutil",
    "platform",
    "posixpath",
    "pprint",
    "queue",
    "random",
    "re",
    "secrets",
    "select",
    "selectors",
    "shelve",
    "shlex",
    "shutil",
    "signal",
    "socket",
    "sqlite3",
    "ssl",
    "stat",
    "statistics",
    "string",
    "stringprep",
    "struct",
    "subprocess",
    "sys",
    "sysconfig",
    "tarfile",
    "tempfile",
    "textwrap",
    "threading",
    "time",
    "timeit",
    "token",
    "tokenize",
    "tomllib",
    "traceback",
    "types",
    "unicodedata",
    "urllib",
    "uuid",
    "warnings",
    "weakref",
    "xml",
    "zipfile",
    "zlib",
    "zoneinfo",
];

/// Whether a dotted path begins in the standard library.
pub fn is_standard(path: &str) -> bool {
    let top = path.split('.').next().unwrap_or(path);
    path.contains('.') && STANDARD.contains(&top)
}

/// What a path of the standard library, or a function that is always there, reads of the world or changes in it.
pub fn reaches(path: &str) -> Option<&'static str> {
    let begins = |prefixes: &[&str]| {
        prefixes.iter().any(|prefix| {
            path == *prefix
                || path
                    .strip_prefix(prefix)
                    .is_some_and(|rest| rest.starts_with('.'))
        })
    };
    if begins(&[
        "os.environ",
        "os.environb",
        "os.getenv",
        "os.putenv",
        "os.unsetenv",
    ]) {
        Some("reads or changes the environment")
    } else if begins(&[
        "time.time",
        "time.time_ns",
        "time.monotonic",
        "time.perf_counter",
        "time.localtime",
        "time.gmtime",
        "time.process_time",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
    ]) {
        Some("reads the clock")
    } else if begins(&["time.sleep"]) {
        Some("waits")
    } else if begins(&[
        "random",
        "secrets",
        "uuid.uuid1",
        "uuid.uuid4",
        "os.urandom",
    ]) {
        Some("draws random numbers")
    } else if begins(&[
        "open",
        "io.open",
        "codecs.open",
        "pathlib.Path.cwd",
        "pathlib.Path.home",
        "os.listdir",
        "os.scandir",
        "os.walk",
        "os.stat",
        "os.remove",
        "os.unlink",
        "os.rename",
        "os.makedirs",
        "os.mkdir",
        "os.getcwd",
        "os.open",
        "os.path.exists",
        "os.path.isfile",
        "os.path.isdir",
        "shutil",
        "tempfile",
        "glob",
    ]) {
        Some("reaches for files")
    } else if begins(&[
        "subprocess",
        "os.system",
        "os.popen",
        "os.fork",
        "multiprocessing",
        "signal",
    ]) {
        Some("reaches for processes")
    } else if begins(&["threading", "asyncio", "concurrent", "contextvars", "queue"]) {
        Some("reaches for threads or tasks")
    } else if begins(&["socket", "ssl", "http", "urllib.request"]) {
        Some("reaches for the network")
    } else if begins(&["print", "input", "sys.stdout", "sys.stderr", "sys.stdin"]) {
        Some("uses a standard stream")
    } else if begins(&["logging"]) {
        Some("logs")
    } else if begins(&["locale", "gettext"]) {
        Some("depends on the locale")
    } else if begins(&["sys.modules", "sys.path", "sys.setrecursionlimit"]) {
        Some("reads or changes the interpreter")
    } else {
        None
    }
}

/// Whether a path asks what it runs on.
pub fn is_platform(path: &str) -> bool {
    matches!(
        path,
        "sys.platform"
            | "os.name"
            | "sys.version_info"
            | "sys.version"
            | "sys.hexversion"
            | "sys.implementation"
            | "sys.byteorder"
            | "sys.maxsize"
            | "sys.flags"
            | "os.sep"
            | "os.linesep"
    ) || path.starts_with("platform.")
        || path.starts_with("sys.implementation.")
        || path.starts_with("sys.flags.")
}

/// What a call of a path says, apart from what it reaches.
pub fn call(path: &str) -> Option<(Topic, &'static str)> {
    Some(match path {
        "warnings.warn" | "warnings.warn_explicit" => (Topic::Errors, "warns"),
        "sys.exit" | "exit" | "quit" | "os._exit" | "os.abort" => {
            (Topic::Errors, "ends the process")
        }
        "round" | "divmod" | "math.floor" | "math.ceil" | "math.trunc" => {
            (Topic::Details, "rounding")
        }
        "getattr"
        | "setattr"
        | "delattr"
        | "hasattr"
        | "globals"
        | "locals"
        | "vars"
        | "eval"
        | "exec"
        | "__import__"
        | "importlib.import_module" => (Topic::Details, "looked up by name at run time"),
        "pkgutil.get_data"
        | "importlib.resources.files"
        | "importlib.resources.open_text"
        | "importlib.resources.read_text"
        | "importlib.resources.read_binary"
        | "importlib.resources.open_binary" => (Topic::DataFiles, "takes in a file"),
        _ => return None,
    })
}

/// What a call of a method says, whatever it is called on.
pub fn method(name: &str) -> Option<(Topic, &'static str)> {
    Some(match name {
        "read_text" | "read_bytes" | "write_text" | "write_bytes" => {
            (Topic::State, "reaches for files")
        }
        "quantize" => (Topic::Details, "rounding"),
        _ => return None,
    })
}

/// Methods that change what they are called on.
pub fn changes(name: &str) -> bool {
    matches!(
        name,
        "append"
            | "appendleft"
            | "extend"
            | "insert"
            | "pop"
            | "popitem"
            | "popleft"
            | "remove"
            | "clear"
            | "update"
            | "add"
            | "discard"
            | "setdefault"
            | "sort"
            | "reverse"
            | "register"
    )
}

/// What a decorator says, by the last part of its name.
pub fn decorator(name: &str) -> Option<(Topic, &'static str)> {
    Some(match name {
        "lru_cache" | "cache" | "cached_property" => (Topic::State, "remembers results"),
        "total_ordering" => (Topic::Details, "order made of equality and one comparison"),
        "dataclass" | "define" | "frozen" | "attrs" => {
            (Topic::Details, "equality, order or hash by its fields")
        }
        "contextmanager" | "asynccontextmanager" => (Topic::Details, "a context manager"),
        "singledispatch" | "singledispatchmethod" => {
            (Topic::Details, "chosen by the type of the first argument")
        }
        "wraps" | "overload" | "property" | "staticmethod" | "classmethod" | "abstractmethod" => {
            return None;
        }
        _ => (Topic::Details, "decorated"),
    })
}

/// What a method's own name says of it.
pub fn special(name: &str) -> Option<&'static str> {
    Some(match name {
        "__eq__" | "__ne__" | "__hash__" | "__lt__" | "__le__" | "__gt__" | "__ge__" => {
            "equality, order or hash of its own"
        }
        "__del__" => "clean-up when it goes away",
        "__enter__" | "__exit__" | "__aenter__" | "__aexit__" => "a context manager",
        "__iter__" | "__next__" => "iteration of its own",
        "__getattr__" | "__getattribute__" | "__setattr__" | "__delattr__" => {
            "attributes made at run time"
        }
        "__new__" | "__init_subclass__" | "__class_getitem__" | "__set_name__" => "how it is made",
        "__bool__" | "__len__" => "truth of its own",
        "__reduce__" | "__getstate__" | "__setstate__" | "__copy__" | "__deepcopy__" => {
            "how it is copied"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_known_by_whole_parts() {
        assert_eq!(
            reaches("os.environ.get"),
            Some("reads or changes the environment")
        );
        assert_eq!(reaches("openpyxl.load"), None);
        assert!(is_standard("re.compile") && !is_standard("re") && !is_standard("regex.compile"));
        assert!(is_platform("sys.version_info") && !is_platform("sys.path"));
    }
}
