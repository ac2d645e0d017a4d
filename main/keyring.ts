/** The part of Electron's safeStorage that is used here. Older runtimes cannot name their backend. */
export interface Vault {
  isEncryptionAvailable(): boolean;
  encryptString(text: string): Buffer;
  decryptString(sealed: Buffer): string;
  getSelectedStorageBackend?(): string;
}

/** Whether the system keeps secrets for this system user: DPAPI, Keychain, or on Linux a secret service. */
export const hasKeyring = (vault: Vault, platform: NodeJS.Platform): boolean =>
  vault.isEncryptionAvailable() &&
  // With this backend the key is a constant: what it seals is as good as plain text.
  !(platform === 'linux' && vault.getSelectedStorageBackend?.() === 'basic_text');

/** A system without a keyring. */
export const noVault: Vault = {
  isEncryptionAvailable: () => false,
  encryptString: () => {
    throw new Error('there is no keyring');
  },
  decryptString: () => {
    throw new Error('there is no keyring');
  },
};
