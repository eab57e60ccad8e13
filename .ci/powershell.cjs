// Parses PowerShell scripts and fails on the first that has a mistake in its syntax:
//
//   NODE_PATH=DIR/node_modules node .ci/powershell.cjs FILE...
//
// where DIR has the packages web-tree-sitter and tree-sitter-powershell.
const { readFileSync } = require('node:fs');
const { Parser, Language } = require('web-tree-sitter');

// mistake returns the first node that is none of the language's, or nothing.
function mistake(node) {
  if (node.isError || node.isMissing) return node;
  return node.children.map(mistake).find(Boolean);
}

async function main(files) {
  await Parser.init();
  const grammar = require.resolve('tree-sitter-powershell/package.json').replace('package.json', 'tree-sitter-powershell.wasm');
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  for (const file of files) {
    const found = mistake(parser.parse(readFileSync(file, 'utf8')).rootNode);
    if (found) {
      console.error(`${file}:${found.startPosition.row + 1}:${found.startPosition.column + 1}: not PowerShell`);
      process.exit(1);
    }
  }
}

main(process.argv.slice(2));
