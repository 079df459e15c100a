// Runs before npm pack: puts the sources of the library, as cargo packages them, and the licences into the package.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const repository = join(root, '..', '..');
const cargo = (...args) => execFileSync(process.env.CARGO || 'cargo', args, { cwd: repository, encoding: 'utf8' });

cargo('package', '--quiet', '--no-verify', '--allow-dirty');
const { packages, target_directory: target } = JSON.parse(cargo('metadata', '--no-deps', '--format-version=1'));
const name = `framegate-${packages[0].version}`;
const sources = join(root, 'sources');
rmSync(sources, { recursive: true, force: true });
mkdirSync(sources);
execFileSync('tar', ['-xf', join(target, 'package', `${name}.crate`), '-C', sources, '--strip-components=1']);
for (const licence of ['LICENSE-MIT', 'LICENSE-APACHE']) copyFileSync(join(repository, licence), join(root, licence));
