package sluice.spring.docs;

import sluice.spring.SluiceEvent;
import sluice.spring.SluiceListener;
import sluice.spring.docs.BillingOnKafka.Invoices;
import sluice.spring.docs.BillingOnKafka.Placed;

/** How it is. */
class BillingOnSluice {
    private final Invoices invoices;

    BillingOnSluice(Invoices invoices) {
        this.invoices = invoices;
    }

    @SluiceListener(domain = "shop", subscription = "billing", types = "order.placed")
    void placed(SluiceEvent event, Placed placed) {
        invoices.add(event.subject(), placed.amount());
    }
}
