/* What stands before the work: one file, which a window reads where somebody has to pass it. */
export { LockPage } from '../lock/LockPage.tsx';
export { FirstLoadPage } from './FirstLoadPage.tsx';
export { SignInPage } from './SignInPage.tsx';
