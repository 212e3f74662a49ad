my-data-title = Mina uppgifter
