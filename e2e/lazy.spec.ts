import { expect, test } from './fixtures';
import { openPage, status } from './playground';

test.use({ allowedErrors: [/404|Failed to fetch|dynamically imported/] });

test('a part that does not load says so where it would stand, and the rest of the page works on', async ({ page }) => {
  await page.route(/assets\/(HelpSheet|WhyPanel)-/, (route) => route.fulfill({ status: 404 }));
  await openPage(page);
  await page.getByRole('tab', { name: 'Why?' }).click();
  await expect(page.getByRole('tabpanel')).toContainText('This part of the page did not load');
  await page.getByRole('button', { name: 'Help and shortcuts' }).click();
  await expect(page.getByText('This part of the page did not load')).toHaveCount(2);
  await page.getByRole('tab', { name: 'Rollouts' }).click();
  await expect(page.getByRole('tabpanel')).toContainText('Answers of the last rollout');
  await expect(status(page)).toHaveText('Idle');
});
