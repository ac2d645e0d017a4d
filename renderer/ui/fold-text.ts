export { foldText } from '../../shared/domain/fold-text.ts';
