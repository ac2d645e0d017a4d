/** What customers of the trade pay in; a project in another currency keeps it. */
export const currencies = ['VND', 'USD', 'EUR', 'JPY', 'KRW', 'CNY', 'SGD', 'GBP'];
