# filled once the targets stand
