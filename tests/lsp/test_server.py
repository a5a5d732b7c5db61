"""The language server, spoken to as an editor does."""

import json
import subprocess
import sys
from typing import Any

TEXT = "title: x\nstates:\n  initial: {on: go, goto: nowhere}\n"
URI = "file:///leave.yaml"


class Editor:
    """Speaks the protocol to `callboard lsp`."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "callboard", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.number = 0

    def send(self, method: str, params: dict[str, Any], *, notify: bool = False) -> Any:
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
        if not notify:
            self.number += 1
            message["id"] = self.number
        body = json.dumps(message).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()
        return None if notify else self.read(lambda m: m.get("id") == self.number)["result"]

    def read(self, wanted: Any) -> Any:
        """The next message that is wanted; others are passed over."""
        assert self.process.stdout is not None
        while True:
            length = 0
            while line := self.process.stdout.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            message = json.loads(self.process.stdout.read(length))
            if wanted(message):
                return message

    def close(self) -> None:
        self.send("shutdown", {})
        self.send("exit", {}, notify=True)
        self.process.wait(timeout=20)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


def test_an_editor_gets_diagnostics_completion_and_an_outline() -> None:
    editor = Editor()
    try:
        found = editor.send("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        assert found["capabilities"]["completionProvider"]
        editor.send("initialized", {}, notify=True)
        document = {"uri": URI, "languageId": "yaml", "version": 1, "text": TEXT}
        editor.send("textDocument/didOpen", {"textDocument": document}, notify=True)
        told = editor.read(lambda m: m.get("method") == "textDocument/publishDiagnostics")
        marks = told["params"]["diagnostics"]
        assert [mark["range"]["start"]["line"] for mark in marks] == [2]
        place = {"textDocument": {"uri": URI}, "position": {"line": 2, "character": 29}}
        names = {item["label"] for item in editor.send("textDocument/completion", place)}
        assert "initial" in names
        outline = editor.send("textDocument/documentSymbol", {"textDocument": {"uri": URI}})
        assert [group["name"] for group in outline] == ["states"]
        assert [state["name"] for state in outline[0]["children"]] == ["initial"]
        editor.send("textDocument/didClose", {"textDocument": {"uri": URI}}, notify=True)
        told = editor.read(lambda m: m.get("method") == "textDocument/publishDiagnostics")
        assert told["params"]["diagnostics"] == []
    finally:
        editor.close()
