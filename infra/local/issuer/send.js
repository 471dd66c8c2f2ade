// Signing out was confirmed on the dashboard: the form is sent without being asked for again.
document.forms[0]?.submit();
