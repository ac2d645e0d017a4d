/* global Buffer -- runs as CommonJS from its text, see checkpoint.ts */
const { workerData } = require('node:worker_threads');

const { driver, file, key } = workerData;
const Database = require(driver);
const connection = new Database(file, { fileMustExist: true, timeout: 0 });
connection.pragma("cipher = 'aegis'");
connection.pragma("aegis_algorithm = 'aegis-256'");
connection.key(Buffer.from(key));
connection.pragma('synchronous = NORMAL');
// The long part, beside which everybody reads and writes; then the log is emptied where nobody uses it.
connection.pragma('wal_checkpoint(PASSIVE)');
connection.pragma('wal_checkpoint(TRUNCATE)');
connection.close();
