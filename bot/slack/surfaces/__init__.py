"""What is shown that is not a message: modals, forms and the App Home tab."""
