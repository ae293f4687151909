// Buttons that copy what stands beside them.

for (const button of document.querySelectorAll("[data-copies]")) {
  const name = button.textContent;
  button.addEventListener("click", async () => {
    const output = document.getElementById(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(output.textContent.trim());
      button.textContent = "Copied";
    } catch {
      // Without TLS a browser gives no clipboard; then the text is marked for the reader to copy.
      getSelection().selectAllChildren(output);
      button.textContent = "Marked";
    }
    setTimeout(() => (button.textContent = name), 2000);
  });
}
