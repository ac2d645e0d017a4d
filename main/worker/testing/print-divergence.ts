import { divergence } from './divergence.ts';

/*
 * A script for tests that cannot open a replica themselves: prints as JSON how the replica of a closed application
 * differs from the centre. Its parameter is JSON as well, the parameters of `divergence`.
 */
const [central, installation] = JSON.parse(process.argv[2] ?? '') as Parameters<typeof divergence>;
process.stdout.write(JSON.stringify(await divergence(central, installation)));
