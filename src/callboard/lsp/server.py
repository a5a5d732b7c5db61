"""The protocol's side of the language server: what `analysis` says, in the editor's terms.

Lines and columns of the protocol count from 0, and columns in UTF-16 units unless the editor agreed
to something else; pygls translates where it matters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from callboard.core.values import Json
from callboard.lsp.analysis import Analysis, Kind, Place, Symbol
from callboard.lsp.completion import complete
from callboard.lsp.naming import definition, hover

_SEVERITIES = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "info": lsp.DiagnosticSeverity.Information,
}
_ITEM_KINDS: dict[Kind, lsp.CompletionItemKind] = {
    "state": lsp.CompletionItemKind.EnumMember,
    "action": lsp.CompletionItemKind.Event,
    "actor": lsp.CompletionItemKind.Class,
    "variable": lsp.CompletionItemKind.Variable,
    "function": lsp.CompletionItemKind.Function,
    "key": lsp.CompletionItemKind.Property,
    "property": lsp.CompletionItemKind.Field,
    "section": lsp.CompletionItemKind.Module,
}
_SYMBOL_KINDS: dict[Kind, lsp.SymbolKind] = {
    "state": lsp.SymbolKind.EnumMember,
    "action": lsp.SymbolKind.Event,
    "actor": lsp.SymbolKind.Class,
    "variable": lsp.SymbolKind.Variable,
    "function": lsp.SymbolKind.Function,
    "key": lsp.SymbolKind.Property,
    "property": lsp.SymbolKind.Field,
    "section": lsp.SymbolKind.Namespace,
}


def make_server(schemas: Callable[[], Mapping[str, Json]] = dict) -> LanguageServer:
    """A language server that knows scenarios, and the sub-schemas that there are now."""
    server = LanguageServer("callboard", version("callboard"))
    texts: dict[str, Analysis] = {}

    def read(uri: str) -> Analysis:
        """Take in the text as it is now, and say what is wrong with it."""
        analysis = texts.setdefault(uri, Analysis())
        analysis.schemas = schemas()
        analysis.update(server.workspace.get_text_document(uri).source)
        found = [
            lsp.Diagnostic(
                range=_range((item.line, item.column), analysis),
                message=item.message,
                severity=_SEVERITIES[item.severity],
                code=item.code,
                source="callboard",
            )
            for item in analysis.diagnostics()
        ]
        server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found))
        return analysis

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        read(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        read(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        texts.pop(uri, None)
        server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    @server.feature(
        lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[" ", ".", "{"])
    )
    def completion(params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
        analysis = texts.setdefault(params.text_document.uri, Analysis())
        return [
            lsp.CompletionItem(label=item.text, kind=_ITEM_KINDS[item.kind], detail=item.detail)
            for item in complete(analysis, *_place(params.position))
        ]

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        analysis = texts.setdefault(params.text_document.uri, Analysis())
        text = hover(analysis, *_place(params.position))
        if text is None:
            return None
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text))

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def defined(params: lsp.DefinitionParams) -> lsp.Location | None:
        uri = params.text_document.uri
        analysis = texts.setdefault(uri, Analysis())
        place = definition(analysis, *_place(params.position))
        return None if place is None else lsp.Location(uri, _range(place, analysis))

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        analysis = texts.setdefault(params.text_document.uri, Analysis())
        return [_symbol(item, analysis) for item in analysis.symbols()]

    return server


def _symbol(item: Symbol, analysis: Analysis) -> lsp.DocumentSymbol:
    """A group reaches to the end of its last part."""
    parts = [_symbol(part, analysis) for part in item.parts]
    name = _range(item.place, analysis)
    end = max((part.range.end for part in parts), default=name.end)
    return lsp.DocumentSymbol(
        name=item.name,
        detail=item.detail,
        kind=_SYMBOL_KINDS[item.kind],
        range=lsp.Range(name.start, max(name.end, end)),
        selection_range=name,
        children=parts or None,
    )


def _place(position: lsp.Position) -> Place:
    return position.line + 1, position.character + 1


def _range(place: Place, analysis: Analysis) -> lsp.Range:
    """From a place to the end of the word there."""
    line, column = place
    text = analysis.lines[line - 1] if line <= len(analysis.lines) else ""
    end = column - 1
    while end < len(text) and not text[end].isspace() and text[end] not in ":,]}":
        end += 1
    start = lsp.Position(line - 1, column - 1)
    return lsp.Range(start, lsp.Position(line - 1, max(end, column)))
