import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Vault } from './keyring.ts';

/** Stands for the system's keyring, which a test machine need not have. */
export function keyring(backend = 'gnome_libsecret', key = randomBytes(32)): Vault {
  return {
    isEncryptionAvailable: () => true,
    encryptString(text) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]);
    },
    decryptString(sealed) {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
      decipher.setAuthTag(sealed.subarray(12, 28));
      return decipher.update(sealed.subarray(28), undefined, 'utf8') + decipher.final('utf8');
    },
    getSelectedStorageBackend: () => backend,
  };
}
