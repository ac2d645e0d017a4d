import '../../../scripts/fuzz/cheap-keys.ts';
import { Profile } from '../profiles/profile.ts';
import { restoreSnapshotOf } from './restore-snapshot-of.ts';
import { dieBeforeStep } from './steps-to-death.ts';

/*
 * Takes a snapshot over as the replica of the profile that is named in the first parameter, and ends like a power cut before
 * the step whose number is in it. Prints the number of steps where it comes to its end.
 */

const { folder, server, email, password, snapshot, dieBefore } = JSON.parse(process.argv[2] ?? '{}') as {
  folder: string;
  server: string;
  email: string;
  password: string;
  snapshot: string;
  dieBefore: number;
};

const profile = new Profile(folder, server, email);
const key = await profile.unlock(password);
if (!key) throw new Error('the profile does not open');
process.stdout.write(String(await dieBeforeStep(dieBefore, folder, () => restoreSnapshotOf(profile, key, snapshot))));
