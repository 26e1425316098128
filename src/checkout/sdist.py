"""Downloads a source distribution without running a line of it, and says which versions there are.

`pip download` of a source distribution runs its build to learn its metadata. This asks pip's own finder and session
instead, so that the index settings, proxies and credentials hold which the user has given pip.

Arguments: a requirement, a folder. Prints one JSON document; the keys are read in `pip.rs`.
"""

import hashlib
import json
import logging
import os
import sys

from pip._internal.commands import create_command
from pip._vendor.packaging.requirements import Requirement

LIMIT = 1 << 30


def candidates(command, requirement, *options):
    parsed, _ = command.parse_args([*options, requirement])
    session = command.get_default_session(parsed)
    finder = command._build_package_finder(parsed, session)
    name = Requirement(requirement)
    best = finder.find_best_candidate(name.name, specifier=name.specifier).best_candidate
    return session, best, finder.find_all_candidates(name.name)


def download(session, link, folder):
    path = os.path.join(folder, os.path.basename(link.filename))
    digest = hashlib.new(link.hash_name) if link.hash_name else None
    answer = session.get(link.url_without_fragment, headers={"Accept-Encoding": "identity"}, stream=True)
    answer.raise_for_status()
    size = 0
    with open(path, "wb") as file:
        # Not iter_content: a server that marks the archive as encoded must not have it decoded.
        while True:
            block = answer.raw.read(1 << 16, decode_content=False)
            if not block:
                break
            size += len(block)
            if size > LIMIT:
                raise SystemExit("larger than 1 GiB")
            file.write(block)
            if digest:
                digest.update(block)
    if digest and digest.hexdigest() != link.hash:
        os.remove(path)
        raise SystemExit("the hash does not match the index's")
    return path


def main():
    logging.disable(logging.INFO)
    requirement, folder = sys.argv[1:]
    command = create_command("download")
    with command.main_context():
        session, best, sources = candidates(command, requirement, "--no-binary=:all:")
        kept = best and best.link.filename.endswith((".tar.gz", ".zip", ".tgz"))
        path = download(session, best.link, folder) if kept else None
        known = {candidate.version for candidate in sources}
        if best is None:
            known |= {candidate.version for candidate in candidates(command, requirement)[2]}
        print(json.dumps({
            "file": path,
            "version": str(best.version) if best else None,
            "versions": [str(version) for version in sorted(known, reverse=True)],
        }))


main()
