package templates

import "strconv"

func (d *TroublePage) status() string { return strconv.Itoa(d.Status) }

func (d *TroublePage) heading() string {
	if d.Heading != "" {
		return d.Heading
	}
	switch d.Status {
	case 400, 422:
		return "That was not understood"
	case 401, 403:
		return "This door stays shut"
	case 404:
		return "Nothing lives at this address"
	case 410:
		return "This was taken down"
	case 413:
		return "That is too large"
	case 429:
		return "Too many at once"
	default:
		return "Something in the house is out of order"
	}
}

func (d *TroublePage) text() string {
	if d.Text != "" {
		return d.Text
	}
	switch d.Status {
	case 400, 422:
		return "What was sent cannot be used as it is. Go back, look it over and send it again."
	case 401, 403:
		return "What you asked for is not for everybody, or it was sent from another site."
	case 404:
		return "Either it never did, or the link has a slip of the pen in it. If something was here and was taken down, we would say so."
	case 410:
		return "Its author removed what was here, and asked other servers to do the same."
	case 413:
		return "This home takes smaller files than the one that was sent."
	case 429:
		return "Wait a minute, then try once more."
	case 502, 503, 504:
		return "Another server did not answer. It may later."
	default:
		return "It is not your doing. What you sent may not have been kept; try once more in a minute, and copy your text first if it is long."
	}
}
