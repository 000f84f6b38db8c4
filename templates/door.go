package templates

func waitingTitle(d *WaitingPage) string {
	switch {
	case d.Failed:
		return "The certificate did not come"
	case d.Ready != "":
		return "The door is ready"
	default:
		return "Fetching the certificate"
	}
}
