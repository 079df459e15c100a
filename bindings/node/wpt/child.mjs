// The process of one file: child.mjs <file> <variant> <seconds a test may take>
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';

import { assertions, AssertionError, show } from './assertions.mjs';
import { installCanvas } from './canvas.mjs';
import { installScope } from './scope.mjs';
import { metaOf, pathOf, ROOT } from './suite.mjs';
import { endIfDone, functions, interfaces, options, reasonOf, soon, tell, tests, uncaught } from './tests.mjs';

/** The package's classes as globals, as a program would have them. */
async function loadPackage() {
  const folder = process.env.FRAMEGATE_PACKAGE ?? join(import.meta.dirname, '..');
  const require = createRequire(join(resolve(folder), 'package.json'));
  await import(pathToFileURL(require.resolve('framegate/polyfill')));
}

function readInterfaces() {
  const path = join(ROOT, 'interfaces', 'webcodecs.idl');
  if (!existsSync(path)) return;
  for (const [, name] of readFileSync(path, 'utf8').matchAll(/interface\s+(\w+)/g)) interfaces.add(name);
}

function runScript(path) {
  if (/\/resources\/testharness(report)?\.js$/.test(path)) return;
  try {
    vm.runInThisContext(readFileSync(path, 'utf8'), { filename: path });
  } catch (error) {
    tell({ name: '(the file)', status: 'ERROR', message: show(error), reason: reasonOf(error, show(error)) });
  }
}

const [file, variant, testLimit] = process.argv.slice(2);
options.testLimit = Number(testLimit);
process.on('uncaughtException', uncaught);
process.on('unhandledRejection', uncaught);
installScope(file, variant);
installCanvas();
await loadPackage();
for (const [name, value] of Object.entries({ ...assertions, ...functions, AssertionError })) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}
readInterfaces();
const path = join(ROOT, 'webcodecs', file);
for (const script of [...metaOf(readFileSync(path, 'utf8')).script.map(pathOf), path]) runScript(script);
soon(() => {
  tests.loaded = true;
  endIfDone();
});
