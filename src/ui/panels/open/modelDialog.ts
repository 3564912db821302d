/** Whether the dialog for models is open. Then everything that is dropped on the page is for it, and no data set behind it. */
export const modelDialog = { isOpen: false };
