import { installDependencies } from './lib/dependencies.mjs';
import { provideElectron } from './lib/electron-setup.mjs';
import { endWith, SetupError, step } from './lib/steps.mjs';
import { provideElectronPackages } from './lib/system-packages.mjs';

/**
 * Brings a fresh clone to where everything runs; does nothing when all is there. Plain Node 20 without packages,
 * because it runs before they are installed.
 *
 * Usage: node scripts/setup.mjs [dependencies]     with "dependencies": packages only, no Electron
 */
async function setUp(part) {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) {
    throw new SetupError(`This is Node ${process.versions.node}.`, 'Install Node 20 or newer and run the command again.');
  }
  await step('Dependencies', installDependencies);
  if (part === 'dependencies') return;
  await step('System packages for Electron', provideElectronPackages);
  await provideElectron();
}

await setUp(process.argv[2]).catch(endWith);
