import { useTranslation } from 'react-i18next';
import type { AccessEntry, AccessAction, DocumentPage } from '../../../shared/api/documents.ts';
import { accessActions, documentCategories } from '../../../shared/api/documents.ts';
import { linkProblems, type LinkProblem } from '../../../shared/domain/document-links.ts';
import { isInternal } from '../../../shared/domain/roles.ts';
import { AppError, isErrorCode } from '../../../shared/errors.ts';
import { useSession } from '../../app/app-store.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { useFormat } from '../../ui/use-format.ts';

type NamedCategory = (typeof documentCategories)[number];

const isNamed = (category: string): category is NamedCategory => (documentCategories as readonly string[]).includes(category);

/** A category in words; an imported one keeps its own. */
export function useCategoryName(): (category: string | null) => string {
  const { t } = useTranslation();
  return (category) => (category === null ? t('documents.unknownCategory') : isNamed(category) ? t(`documents.category.${category}`) : category);
}

const isAction = (action: string): action is AccessAction => (accessActions as readonly string[]).includes(action);

export function useActionName(): (action: string) => string {
  const { t } = useTranslation();
  return (action) => (isAction(action) ? t(`documents.access.action.${action}`) : action);
}

/** Whether something went well, or why it did not. */
export function useResultText(): (entry: Pick<AccessEntry, 'success' | 'error'>) => string {
  const { t } = useTranslation();
  return ({ success, error }) => {
    if (success) return t('documents.access.success');
    if (error === null) return t('documents.access.failed');
    return t('documents.access.failedWhy', { why: isErrorCode(error) ? t(`errors.${error}`) : error });
  };
}

const isProblem = (reason: unknown): reason is LinkProblem => (linkProblems as readonly unknown[]).includes(reason);

/** Failures of documents, with what the codes alone do not say: why a link is refused, who has a document out. */
export function useDocumentErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (error) => {
    if (!(error instanceof AppError)) return errorText(error);
    const { code, details } = error;
    if (code === 'LINK_REFUSED' && isProblem(details['reason'])) return t(`documents.link.problem.${details['reason']}`);
    const { name } = details;
    if (code === 'DOCUMENT_CHECKED_OUT') return t('errors.DOCUMENT_CHECKED_OUT', { name: typeof name === 'string' ? name : t('app.value.none') });
    return errorText(error);
  };
}

/** Who sees a document, in sentences. */
export function useAudienceText(): (page: Pick<DocumentPage, 'document' | 'audience'>) => string[] {
  const { t } = useTranslation();
  const format = useFormat();
  const staff = isInternal(useSession().person.role);
  return ({ document: { access_level: level }, audience: { customer, suppliers } }) => {
    if (!staff) return [t('documents.seen.outside')];
    const toCustomer = customer === null ? t('documents.seen.noCustomer') : t('documents.seen.customer', { customer });
    const toSuppliers = suppliers.length === 0 ? t('documents.seen.noSuppliers') : t('documents.seen.suppliers', { suppliers: format.list(suppliers) });
    switch (level) {
      case 'internal':
        return [t('documents.seen.staff')];
      case 'confidential':
      case 'restricted':
        return [t('documents.seen.circle')];
      case 'customer':
        return [toCustomer];
      case 'supplier':
        return [t('documents.seen.levels.supplier'), toSuppliers];
      case 'external':
      case 'public':
        return [toCustomer, toSuppliers];
    }
  };
}
