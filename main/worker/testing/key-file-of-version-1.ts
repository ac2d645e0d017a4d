import { createCipheriv, createHash, randomBytes, scrypt } from 'node:crypto';

/** A key file as the application wrote it before keys were bound to machines. */
export async function keyFileOfVersion1(key: Buffer, password: string, owner: { email: string; server: string }): Promise<string> {
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const cost = { N: 65_536, r: 8, p: 1 };
  const wrapping = await new Promise<Buffer>((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, 32, { ...cost, maxmem: 256 * 1024 * 1024 }, (error, derived) =>
      error ? reject(error) : resolve(derived),
    ),
  );
  const cipher = createCipheriv('aes-256-gcm', wrapping, nonce, { authTagLength: 16 });
  const wrapped = Buffer.concat([cipher.update(key), cipher.final()]);
  const content = {
    version: 1,
    ...owner,
    kdf: { name: 'scrypt', ...cost, salt: salt.toString('base64') },
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    wrapped: wrapped.toString('base64'),
  };
  return JSON.stringify({ ...content, checksum: createHash('sha256').update(JSON.stringify(content)).digest('hex') });
}
