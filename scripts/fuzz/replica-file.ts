import { Profile } from '../../main/worker/profiles/profile.ts';
import type { Node } from './world.ts';

/** Where the node's person keeps the replica. */
export const replicaFile = (node: Node): string =>
  new Profile(node.desktop.folder, node.desktop.serverName, node.email).replicaFile;
