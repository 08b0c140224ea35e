"""`python -m tests.golden`: write the kept reports anew. Read the difference before you commit it."""

from __future__ import annotations

from tests.golden.made import FOLDER, files


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    made = dict(files())
    for path in FOLDER.iterdir():
        if path not in made:
            path.unlink()
            print(f"removed {path.name}")
    for path, text in made.items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8", newline="\n")
            print(f"written {path.name}")


if __name__ == "__main__":
    main()
