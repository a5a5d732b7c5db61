#!/bin/sh
# Fetch the vendored files again: the API's page in src/callboard/server/vendor/, the libraries of
# the interface in src/callboard/web/vendor/, and what only tests use in tests/web/. Each folder has
# a VENDOR.md that says what is there. Needs npm. To take other versions, change them here.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

swagger=5.35.0
esbuild=0.28.2
packages="preact@11.2.0 htm@3.1.1 @preact/signals@2.11.4 jedison@1.23.0 @dagrejs/dagre@3.1.3
marked@18.2.1 dompurify@3.4.18 oauth4webapi@3.8.8 codemirror@6.0.2 @codemirror/lang-yaml@6.1.3
@codemirror/lang-json@6.0.2 @codemirror/lint@6.9.8 @codemirror/autocomplete@6.20.4
@codemirror/merge@6.12.3"
axe=4.14.1

sum() { sha256sum "$1" | cut -d ' ' -f 1; }
head_of() { printf '# Vendored files\n\nRefreshed by `make vendor`; do not edit. Versions are set in `scripts/vendor.sh`.\n\n'; }

# The page of the API.
cd "$root/src/callboard/server/vendor"
(cd "$work" && npm pack --silent "swagger-ui-dist@$swagger" >/dev/null && tar xzf ./*.tgz)
mkdir -p swagger-ui
files="swagger-ui-bundle.js swagger-ui.css LICENSE NOTICE swagger-ui-bundle.js.LICENSE.txt"
for file in $files; do
  # Source maps are not vendored, so nothing may point at them.
  sed '/^\/[\/*]# sourceMappingURL=/d' "$work/package/$file" >"swagger-ui/$file"
done
{
  head_of
  echo "| package | version | licence | file | SHA-256 |"
  echo "|---|---|---|---|---|"
  for file in $files; do
    echo "| swagger-ui-dist | $swagger | Apache-2.0 | swagger-ui/$file | \`$(sum "swagger-ui/$file")\` |"
  done
} >VENDOR.md

# The libraries of the interface: an ES module each, made from what it exports.
build=$work/build
mkdir -p "$build"
cd "$build"
npm init -y >/dev/null
# shellcheck disable=SC2086
npm install --silent --no-audit --no-fund --save-exact $packages "esbuild@$esbuild" "axe-core@$axe"
cat >preact.js <<'END'
export {h, Fragment, render, createContext} from 'preact';
export {useState, useEffect, useRef, useMemo, useCallback, useLayoutEffect, useContext, useId} from 'preact/hooks';
export {signal, computed, effect, batch, untracked, useSignal, useComputed} from '@preact/signals';
export {html} from 'htm/preact';
END
cat >forms.js <<'END'
export {default as Jedison} from 'jedison'; export * from 'jedison';
END
cat >layout.js <<'END'
export {default} from '@dagrejs/dagre';
END
cat >markdown.js <<'END'
export {marked, Marked} from 'marked'; export {default as DOMPurify} from 'dompurify';
END
cat >oidc.js <<'END'
export * from 'oauth4webapi';
END
cat >editor.js <<'END'
export {basicSetup, EditorView} from 'codemirror';
export {yaml, yamlLanguage} from '@codemirror/lang-yaml';
export {json} from '@codemirror/lang-json';
export {linter, lintGutter, setDiagnostics, forEachDiagnostic} from '@codemirror/lint';
export {autocompletion, completionKeymap} from '@codemirror/autocomplete';
export {MergeView, unifiedMergeView} from '@codemirror/merge';
export {EditorState, Compartment, StateEffect, StateField} from '@codemirror/state';
export {keymap, Decoration} from '@codemirror/view';
export {HighlightStyle, syntaxHighlighting, syntaxTree} from '@codemirror/language';
export {tags} from '@lezer/highlight';
END
modules="preact forms layout markdown oidc editor"
for module in $modules; do
  npx --no-install esbuild "$module.js" --bundle --format=esm --minify --target=es2022 \
    --legal-comments=none --metafile="$module.meta" --log-level=error \
    --outfile="$root/src/callboard/web/vendor/$module.js"
done
cp node_modules/axe-core/axe.min.js "$root/tests/web/vendor/axe.min.js"

# Which packages, in which versions and under which licences, went into a module.
listed() {
  node -e '
    const {readFileSync} = require("fs");
    const inputs = Object.keys(JSON.parse(readFileSync(process.argv[1])).inputs);
    const names = inputs.map(path => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)).filter(Boolean);
    for (const name of [...new Set(names.map(match => match[1]))].sort()) {
      const about = JSON.parse(readFileSync(`node_modules/${name}/package.json`));
      console.log(`| ${name} | ${about.version} | ${about.license} | ${process.argv[2]} |`);
    }' "$1" "$2"
}
{
  head_of
  echo "| file | SHA-256 |"
  echo "|---|---|"
  for module in $modules; do
    echo "| $module.js | \`$(sum "$root/src/callboard/web/vendor/$module.js")\` |"
  done
  printf '\nMade with esbuild %s from:\n\n' "$esbuild"
  echo "| package | version | licence | file |"
  echo "|---|---|---|---|"
  for module in $modules; do listed "$module.meta" "$module.js"; done
} >"$root/src/callboard/web/vendor/VENDOR.md"
{
  head_of
  echo "| package | version | licence | file | SHA-256 |"
  echo "|---|---|---|---|---|"
  echo "| axe-core | $axe | MPL-2.0 | axe.min.js | \`$(sum "$root/tests/web/vendor/axe.min.js")\` |"
} >"$root/tests/web/vendor/VENDOR.md"
