package sluice.spring.docs;

import org.springframework.stereotype.Component;

import sluice.spring.publish.NewEvent;
import sluice.spring.publish.SluiceTemplate;

@Component
class Checkout {
    private final SluiceTemplate sluice;

    Checkout(SluiceTemplate sluice) {
        this.sluice = sluice;
    }

    void place(String order, Loyalty.Placed placed) {
        sluice.publish(NewEvent.of("order.placed", "/orders", order).id(order + ".1").sequence(1).data(placed));
    }
}
