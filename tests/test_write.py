"""Writing: all or nothing, never over a person's work, never outside."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from obs import write
from obs.artifact import Artifact
from obs.diagnostic import FindingsError, ObsError

MANIFEST = "chart/.manifest.json"


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def some(**files: str) -> list[Artifact]:
    return [Artifact(f"chart/{name}.yaml", text.encode()) for name, text in files.items()]


def test_a_build_says_what_it_did(tmp_path: Path) -> None:
    first = write.commit(tmp_path, some(a="1", b="2"), MANIFEST)
    assert (first.added, first.changed, first.removed) == (
        ("chart/.manifest.json", "chart/a.yaml", "chart/b.yaml"),
        (),
        (),
    )
    second = write.commit(tmp_path, some(a="1", b="3"), MANIFEST)
    assert (second.added, second.changed) == ((), ("chart/.manifest.json", "chart/b.yaml"))
    assert write.commit(tmp_path, some(a="1", b="3"), MANIFEST).touched == 0


def test_what_is_no_longer_made_goes_and_its_folder_with_it(tmp_path: Path) -> None:
    write.commit(tmp_path, [*some(a="1"), Artifact("chart/deep/er/x.json", b"{}")], MANIFEST)
    (tmp_path / "chart/mine.txt").write_text("a person's")
    done = write.commit(tmp_path, some(a="1"), MANIFEST)
    assert done.removed == ("chart/deep/er/x.json",)
    assert not (tmp_path / "chart/deep").exists()
    assert (tmp_path / "chart/mine.txt").exists()


def test_a_hand_edit_is_not_overwritten(tmp_path: Path) -> None:
    write.commit(tmp_path, some(a="one\n", b="2"), MANIFEST)
    (tmp_path / "chart/a.yaml").write_text("edited\n")
    before = tree(tmp_path)
    with pytest.raises(FindingsError) as caught:
        write.commit(tmp_path, some(a="two\n", b="3"), MANIFEST)
    (found,) = caught.value.diagnostics
    assert found.check == "hand-edited"
    assert "line 1: is 'edited', definitions say 'two'" in found.why
    assert tree(tmp_path) == before
    assert write.commit(tmp_path, some(a="two\n", b="3"), MANIFEST, force=True).changed


def test_a_file_that_obs_did_not_make_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "chart").mkdir()
    (tmp_path / "chart/a.yaml").write_text("somebody's")
    with pytest.raises(FindingsError, match="was not made by obs"):
        write.commit(tmp_path, some(a="1"), MANIFEST)
    assert tree(tmp_path) == {"chart/a.yaml": b"somebody's"}


def test_an_edited_file_that_would_be_pruned_stays(tmp_path: Path) -> None:
    write.commit(tmp_path, some(a="1", b="2"), MANIFEST)
    (tmp_path / "chart/b.yaml").write_text("edited")
    with pytest.raises(FindingsError, match="edited by hand"):
        write.commit(tmp_path, some(a="1"), MANIFEST)


@pytest.mark.parametrize(
    ("change", "drift"),
    [
        (lambda folder: (folder / "chart/a.yaml").unlink(), ("chart/a.yaml", "added")),
        (lambda folder: (folder / "chart/a.yaml").write_text("x"), ("chart/a.yaml", "changed")),
    ],
)
def test_drift_is_named(tmp_path: Path, change, drift: tuple[str, str]) -> None:
    write.commit(tmp_path, some(a="1"), MANIFEST)
    assert write.drift(tmp_path, some(a="1"), MANIFEST) == []
    change(tmp_path)
    (found,) = write.drift(tmp_path, some(a="1"), MANIFEST)
    assert (found.path, found.change) == drift
    assert found.difference


def test_a_stale_file_is_drift(tmp_path: Path) -> None:
    write.commit(tmp_path, some(a="1", b="2"), MANIFEST)
    found = {one.path: one.change for one in write.drift(tmp_path, some(a="1"), MANIFEST)}
    assert found == {"chart/.manifest.json": "changed", "chart/b.yaml": "removed"}


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write.commit(tmp_path, some(a="1", b="2"), MANIFEST)
    before = tree(tmp_path)

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ObsError, match="disk is full; nothing was changed"):
        write.commit(tmp_path, some(a="9", b="9"), MANIFEST)
    monkeypatch.undo()
    assert tree(tmp_path) == before
    assert write.commit(tmp_path, some(a="9", b="9"), MANIFEST).changed


def test_a_read_only_folder_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write.commit(tmp_path, some(a="1"), MANIFEST)
    before = tree(tmp_path)

    def denied(self: Path, *arguments: object, **keywords: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", denied)  # root may write anywhere, so a mode would not stop it
    with pytest.raises(ObsError, match="permission denied"):
        write.commit(tmp_path, some(a="2"), MANIFEST)
    monkeypatch.undo()
    assert tree(tmp_path) == before


@pytest.mark.parametrize("link", ["chart", "chart/a.yaml", "chart/sub"])
def test_a_link_that_leads_outside_is_refused(tmp_path: Path, link: str) -> None:
    out, outside = tmp_path / "out", tmp_path / "outside"
    outside.mkdir()
    (outside / "a.yaml").write_text("keep")
    (out / link).parent.mkdir(parents=True)
    (out / link).symlink_to(outside / "a.yaml" if link.endswith(".yaml") else outside)
    artifacts = [*some(a="1"), Artifact("chart/sub/b.yaml", b"2")]
    with pytest.raises(ObsError, match="leads out of the output folder"):
        write.commit(out, artifacts, MANIFEST)
    assert tree(outside) == {"a.yaml": b"keep"}


@pytest.mark.parametrize("path", ["/etc/x", "../x", "chart/../../x"])
def test_a_path_that_leads_outside_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(ObsError, match="outside the output folder"):
        write.commit(tmp_path / "out", [Artifact(path, b"")], MANIFEST)


KILLED = """
import os, signal, sys
from pathlib import Path
from obs import write
from obs.artifact import Artifact
real, count = os.{function}, [0]
def die(*arguments, **keywords):
    count[0] += 1
    if count[0] == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **keywords)
os.{function} = die
write.commit(Path(sys.argv[1]), [Artifact("chart/a.yaml", b"new"), Artifact("chart/b.yaml", b"new")], "chart/.manifest.json")
"""


@pytest.mark.parametrize(("function", "at"), [("fsync", 1), ("fsync", 2), ("fsync", 4), ("replace", 1)])
def test_a_build_killed_while_staging_leaves_the_old_files(tmp_path: Path, function: str, at: int) -> None:
    write.commit(tmp_path, some(a="old", b="old"), MANIFEST)
    before = tree(tmp_path)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED.format(function=function, at=at), str(tmp_path)],
        check=False,
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL
    assert {path: data for path, data in tree(tmp_path).items() if not path.startswith(write.STAGE)} == before
    assert write.commit(tmp_path, some(a="old", b="old"), MANIFEST).touched == 0
    assert tree(tmp_path) == before


@pytest.mark.parametrize("at", [2, 3, 4])
def test_a_build_killed_while_renaming_is_finished_by_the_next(tmp_path: Path, at: int) -> None:
    write.commit(tmp_path, some(a="old", b="old"), MANIFEST)
    subprocess.run(
        [sys.executable, "-c", KILLED.format(function="replace", at=at), str(tmp_path)],
        check=False,
        capture_output=True,
    )
    assert (tmp_path / write.STAGE / "journal.json").exists()
    assert write.commit(tmp_path, some(a="new", b="new"), MANIFEST).touched == 0
    assert tree(tmp_path)["chart/a.yaml"] == tree(tmp_path)["chart/b.yaml"] == b"new"
    assert not (tmp_path / write.STAGE).exists()


def many(text: str) -> list[Artifact]:
    """More files than are made to reach the disk one by one."""
    return [Artifact(f"chart/{number:03}.yaml", text.encode()) for number in range(2 * write.SYNCED_ALONE)]


@pytest.mark.parametrize("function", ["sync", "fsync", "replace"])
def test_many_files_reach_the_disk_before_the_first_is_renamed(tmp_path: Path, function: str) -> None:
    write.commit(tmp_path, many("old"), MANIFEST)
    before = tree(tmp_path)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AMONG_MANY.format(function=function), str(tmp_path)],
        check=False,
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL
    assert {path: data for path, data in tree(tmp_path).items() if not path.startswith(write.STAGE)} == before
    assert write.commit(tmp_path, many("old"), MANIFEST).touched == 0
    assert tree(tmp_path) == before


KILLED_AMONG_MANY = KILLED.replace(
    '[Artifact("chart/a.yaml", b"new"), Artifact("chart/b.yaml", b"new")]',
    '[Artifact(f"chart/{{n:03}}.yaml", b"new") for n in range(2 * write.SYNCED_ALONE)]',
).replace("{at}", "1")


def test_files_that_are_known_to_be_right_are_kept_and_listed(tmp_path: Path) -> None:
    write.commit(tmp_path, some(a="1", b="2"), MANIFEST)
    hashes = {"chart/a.yaml": write.digest(b"1")}
    done = write.commit(tmp_path, some(b="3"), MANIFEST, same=hashes)
    assert (done.changed, done.removed, done.unchanged) == (("chart/.manifest.json", "chart/b.yaml"), (), 1)
    assert write.read_manifest(tmp_path, MANIFEST) == hashes | {"chart/b.yaml": write.digest(b"3")}
    assert write.commit(tmp_path, some(a="1", b="3"), MANIFEST).touched == 0


def test_a_broken_manifest_is_one_clear_error(tmp_path: Path) -> None:
    write.commit(tmp_path, some(a="1"), MANIFEST)
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(ObsError, match="not a manifest"):
        write.commit(tmp_path, some(a="2"), MANIFEST)
    write.commit(tmp_path, some(a="2"), MANIFEST, force=True)
    assert json.loads((tmp_path / MANIFEST).read_text())["files"].keys() == {"chart/a.yaml"}
