// The commands and configurations of the package's README, as they stand there.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { binOf, node, root } from './command.mjs';

const readme = readFileSync(join(root, 'node_modules/framegate/README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```\w*\n(.*?)^```/gms)].map(([, text]) => text);

/** The one thing of `values` that `test` finds. */
function only(values, test) {
  const found = values.filter((value) => test.test(value));
  assert.equal(found.length, 1, `${test} in the README`);
  return found[0];
}

const work = mkdtempSync(join(root, 'bundlers-'));
after(() => rmSync(work, { recursive: true }));
cpSync(join(root, 'server.js'), join(work, 'server.js'));
writeFileSync(join(work, 'package.json'), '{ "type": "module" }');
symlinkSync(join(root, 'node_modules'), join(work, 'node_modules'));

/** Runs `npx <bundler> <arguments>`, without npx, which might fetch another one. */
async function bundle(command) {
  const [, bundler, args] = /^npx (\w+) ?(.*)$/.exec(command);
  const { code, stdout, stderr } = await node([binOf(bundler), ...args.split(' ').filter(Boolean)], { cwd: work });
  assert.equal(code, 0, stdout + stderr);
}

async function runs(output) {
  const text = readFileSync(join(work, output), 'utf8');
  assert.doesNotMatch(text, /koffi/i, 'the package is in the bundle');
  const { code, stdout, stderr } = await node([output], { cwd: work });
  assert.deepEqual([code, stdout, stderr], [0, '1 true function\n', '']);
}

for (const bundler of ['esbuild', 'rollup']) {
  test(bundler, async () => {
    const command = only(blocks.join('').split('\n'), new RegExp(`^npx ${bundler} `));
    await bundle(command);
    await runs(`out/${bundler}.mjs`);
  });
}

for (const [bundler, config, output] of [
  ['webpack', 'webpack.config.cjs', 'out/webpack.cjs'],
  ['vite', 'vite.config.mjs', 'out/server.js'],
]) {
  test(bundler, async () => {
    const text = only(blocks, new RegExp(`^// ${config}, for: npx ${bundler}`));
    writeFileSync(join(work, config), text);
    await bundle(/npx .*/.exec(text)[0]);
    await runs(output);
  });
}

test('Node\'s permission model', async () => {
  // Node 20 has it by its first name.
  const permission = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
  const command = /`node (--permission .* server\.js)`/.exec(readme)[1].split(' ').slice(1);
  cpSync(join(root, 'server.js'), join(root, 'permission.mjs'));
  const args = command.map((arg) => (arg === 'server.js' ? 'permission.mjs' : arg));
  const allowed = await node([permission, ...args], { cwd: root });
  assert.deepEqual([allowed.code, allowed.stdout], [0, '1 true function\n'], allowed.stderr);
  for (const missing of ['--allow-addons', '--allow-fs-read=.']) {
    const { code, stderr } = await node([permission, ...args.filter((arg) => arg !== missing)], { cwd: root });
    assert.equal(code, 1);
    assert.match(stderr, /ERR_DLOPEN_DISABLED|ERR_ACCESS_DENIED/, missing);
  }
});
